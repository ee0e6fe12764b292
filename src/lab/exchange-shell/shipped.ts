import { type Thing, thing, type Value } from './values.js';

/** What Exchange ships, as its cmdlets show it, as far as our commands read or change it. */
const NO_LIMIT = 2_147_483_647;

export const imapSettings = (server: string, maxConnectionsPerUser: number): Thing =>
  thing({
    Server: server,
    MaxConnections: NO_LIMIT,
    MaxConnectionsPerUser: maxConnectionsPerUser,
    MaxConnectionFromSingleIP: NO_LIMIT,
    MaxCommandSize: 10_240,
    LoginType: 'SecureLogin',
    X509CertificateName: null,
    SSLBindings: '0.0.0.0:993',
  });

export const receiveConnector = (server: string, name: string, more: Readonly<Record<string, Value>>): Thing => {
  const made = thing({
    Enabled: true,
    Bindings: '0.0.0.0:587',
    AuthMechanism: 'Tls',
    PermissionGroups: 'ExchangeUsers',
    MaxInboundConnection: 5000,
    MaxInboundConnectionPerSource: 20,
    MaxInboundConnectionPercentagePerSource: 2,
    MessageRateLimit: 5,
    MessageRateSource: 'User',
  });
  for (const [property, value] of thing(more).properties) made.properties.set(property, value);
  for (const [property, value] of thing({ Server: server, Name: name, Identity: `${server}\\${name}` }).properties)
    made.properties.set(property, value);
  return made;
};

const OF_PROTOCOL: Readonly<Record<string, readonly string[]>> = {
  imap: ['MaxConcurrency', 'MaxBurst', 'RechargeRate', 'CutoffBalance'],
  rca: ['MaxConcurrency'],
  cpa: ['MaxConcurrency'],
  ews: ['MaxConcurrency', 'MaxSubscriptions'],
};
const SHARES = ['PercentTimeInAD', 'PercentTimeInCAS', 'PercentTimeInMailboxRPC'];

/** A policy in which nothing is set: each value is the one of the default policy. */
export const throttlingPolicy = (name: string, scope: Value): Thing =>
  thing({
    Name: name,
    ThrottlingPolicyScope: scope,
    IsDefault: false,
    ...Object.fromEntries(
      Object.entries(OF_PROTOCOL).flatMap(([protocol, limits]) =>
        [...limits, ...SHARES].map(limit => [`${protocol}${limit}`, null] as const),
      ),
    ),
  });

/** Two certificates: the one that Exchange makes for itself, which is in use, and one of an authority, which is not. */
export const certificates = (server: string): Thing[] => [
  thing({ Server: server, Thumbprint: 'AAAA', Services: ['IMAP', 'SMTP'], NotAfter: '2031', Subject: `CN=${server}` }),
  thing({ Server: server, Thumbprint: 'BBBB', Services: [], NotAfter: '2027', Subject: 'CN=mail.contoso.test' }),
];

/** A directory of the web server: `EX01\EWS (Default Web Site)`. */
export const webDirectory = (server: string, name: string, windows: boolean): Thing =>
  thing({
    Server: server,
    Identity: `${server}\\${name} (Default Web Site)`,
    BasicAuthentication: false,
    WindowsAuthentication: windows,
    ExtendedProtectionTokenChecking: 'None',
  });

export const database = (server: string, name: string): Thing =>
  thing({
    Name: name,
    Server: server,
    DistinguishedName: `CN=${name},CN=Databases`,
    Mounted: true,
    MountedOnServer: server,
  });
