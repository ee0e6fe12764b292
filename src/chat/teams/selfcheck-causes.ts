import type { EngineDeps } from './engine-deps.js';

/**
 * Why Entra ID or an Azure machine gives no token, in the order in which to look.
 * The numbers: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export const tokenCauses = (error: unknown, { appId, tenant, authority, credential }: EngineDeps): string[] => {
  const { code, status } = factsOf(error);
  const login = new URL(authority.loginUrl).host;
  if (credential.is === 'managed-identity') return identityCauses(status, appId);
  switch (code) {
    case 'AADSTS7000215':
      return [
        'The secret’s id was copied instead of its value: in «Certificates & secrets» take the column Value, which is shown only once. Make a new secret where it is gone.',
        `The secret is of another application than ${appId}.`,
        'It was cut when copied, or a space or a line end came along.',
        'It was deleted in Entra ID.',
      ];
    case 'AADSTS7000222':
      return [
        'The secret has expired: make a new one in «Certificates & secrets», give its value to the bot, then delete the old one.',
      ];
    case 'AADSTS700016':
      return [
        `teams.tenant is not the tenant where the application ${appId} is registered: compare with «Directory (tenant) ID» on the application’s overview.`,
        'teams.appId is not the «Application (client) ID»: the object id and the secret’s id look the same.',
        'The bot was made as a multi-tenant one: its application lives in its home tenant; name that one in teams.tenant.',
        'The application is in another cloud: teams.cloud says where.',
      ];
    case 'AADSTS90002':
    case 'AADSTS900023':
      return [
        `There is no tenant ${tenant} in this cloud: teams.tenant wants «Directory (tenant) ID».`,
        'The tenant is in another cloud (US government): teams.cloud says where.',
      ];
    case 'AADSTS7000229':
      return [
        `The application ${appId} has no service principal in the tenant: add one in Entra ID → Enterprise applications, or by New-MgServicePrincipal.`,
      ];
    case 'AADSTS7000112':
    case 'AADSTS700005':
      return [
        `The application ${appId} is disabled in the tenant: Entra ID → Enterprise applications → Properties → «Enabled for users to sign-in».`,
      ];
    case 'AADSTS500011':
    case 'AADSTS70011':
      return ['The cloud is not the one of the tenant: teams.cloud decides what the token is for.'];
    case 'AADSTS53003':
      return ['A Conditional Access policy for workload identities forbids it from this address.'];
  }
  if (status === null) return noWay(login);
  if (status >= 500 || status === 429)
    return [`Something between here and ${login}, or ${login} itself, is out of order: try again in some minutes.`];
  return [
    'The secret: its value (not its id), of this application, and not expired.',
    `The application ${appId} is registered in the tenant ${tenant}, and both belong to teams.cloud.`,
    'The clock of this machine.',
    `A proxy answers in the place of ${login}: what came was no word of Entra ID’s.`,
  ];
};

const identityCauses = (status: number | null, appId: string): string[] =>
  status === null
    ? [
        'This machine is not in Azure: a managed identity exists only there. Elsewhere name a client secret in teams.password.',
        'No managed identity is assigned to it.',
        'A firewall or a proxy here stands before 169.254.169.254.',
        'In a container: the identity of the machine does not reach into it.',
      ]
    : [
        `The user-assigned identity with the client id ${appId} is not assigned to this machine or app: Azure → the machine → Identity → User assigned.`,
        'teams.appId is not the client id of that identity: its object id looks the same.',
        'It was assigned some minutes ago: Azure needs a while.',
      ];

export const keyCauses = (error: unknown, { authority }: EngineDeps): string[] => {
  const host = new URL(authority.openIdUrl).host;
  return factsOf(error).status === null
    ? noWay(host)
    : [
        `A proxy answers in the place of ${host}.`,
        'The wrong cloud: teams.cloud decides whose keys are asked for.',
        `${host} is out of order: try again in some minutes.`,
      ];
};

export const clockCauses: string[] = [
  'No time service runs here: timedatectl tells, chrony or systemd-timesyncd mend it.',
  'The time zone was set by moving the clock: set the zone instead.',
  'A virtual machine that was paused: it has to fetch the time from its host or the net.',
];

const noWay = (host: string): string[] => [
  `The firewall lets nothing out to https://${host}.`,
  'Only a proxy leads out: the bot needs a direct way to Microsoft’s hosts (docs/teams.md lists them).',
  `The DNS here does not know ${host}.`,
  'Something in between opens TLS, and its authority is not known here: NODE_EXTRA_CA_CERTS names its certificate.',
];

const factsOf = (error: unknown): { code: string; status: number | null } => {
  const facts = (error as { facts?: { code?: unknown; status?: unknown } }).facts ?? {};
  return { code: String(facts.code ?? ''), status: typeof facts.status === 'number' ? facts.status : null };
};
