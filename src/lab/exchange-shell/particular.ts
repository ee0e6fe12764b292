import { LabError } from '../lab-error.js';
import type { Cmdlet } from './cmdlets.js';
import { find } from './objects.js';
import { asText, listed, same, type Thing, thing, type Value } from './values.js';

/** Cmdlets that do something of their own: what they change is not simply a property under the name of their parameter. */
export type Particular = {
  servers: readonly string[];
  certificates: Thing[];
  /** One request for the state of a component of one server. It is Active while nobody wants it otherwise. */
  componentStates: Thing[];
  permissions: Thing[];
  /** Mailboxes, and accounts without one. */
  accounts: readonly Thing[];
  policies: readonly Thing[];
};

export const particularCmdlets = (has: Particular): [string, Cmdlet][] => [
  ...componentCmdlets(has),
  ...permissionCmdlets(has),
  ['get-exchangecertificate', ({ given }) => has.certificates.filter(each => of(each, 'server', given.get('server')))],
  [
    'enable-exchangecertificate',
    ({ given }) => {
      const here = has.certificates.filter(each => of(each, 'server', given.get('server')));
      const wanted = here.find(each => of(each, 'thumbprint', given.get('thumbprint')));
      if (!wanted) throw new LabError('The certificate with that thumbprint was not found.');
      for (const service of listed(given.get('services') ?? null))
        for (const each of here) {
          const others = listed(each.properties.get('services') ?? null).filter(name => !same(name, service));
          // SMTP may have several certificates and chooses by name; any other service has one.
          if (each === wanted) each.properties.set('services', [...others, service].sort());
          else if (!same(service, 'SMTP')) each.properties.set('services', others);
        }
    },
  ],
  [
    'get-throttlingpolicyassociation',
    ({ given }) => {
      const account = find(has.accounts, 'identity', given.get('identity') ?? null);
      return thing({
        Name: account.properties.get('name') ?? null,
        ThrottlingPolicyId: account.properties.get('throttlingpolicy') ?? null,
      });
    },
  ],
  [
    'set-throttlingpolicyassociation',
    ({ given }) => {
      policyIsThere(has.policies, given);
      const account = find(has.accounts, 'identity', given.get('identity') ?? null);
      account.properties.set('throttlingpolicy', given.get('throttlingpolicy') ?? null);
    },
  ],
];

/** Throws where a line names a policy that does not exist. */
export const policyIsThere = (policies: readonly Thing[], given: ReadonlyMap<string, Value>): void => {
  const wanted = given.get('throttlingpolicy') ?? null;
  if (wanted !== null) find(policies, 'identity', wanted);
};

const componentCmdlets = ({ servers, componentStates }: Particular): [string, Cmdlet][] => [
  [
    'get-servercomponentstate',
    ({ given }) => {
      if (!servers.some(server => same(server, given.get('identity') ?? null)))
        throw new LabError(`The server '${asText(given.get('identity') ?? null)}' couldn't be found.`);
      const local = componentStates.filter(
        each => of(each, 'server', given.get('identity')) && of(each, 'component', given.get('component')),
      );
      return thing({
        Component: given.get('component') ?? null,
        State: local.every(each => of(each, 'state', 'Active')) ? 'Active' : 'Inactive',
        LocalStates: local,
      });
    },
  ],
  [
    'set-servercomponentstate',
    ({ given }) => {
      const request = {
        Server: given.get('identity') ?? null,
        Component: given.get('component') ?? null,
        Requester: given.get('requester') ?? null,
      };
      const known = componentStates.find(each =>
        Object.entries(request).every(([name, value]) => of(each, name.toLowerCase(), value)),
      );
      if (known) known.properties.set('state', given.get('state') ?? null);
      else componentStates.push(thing({ ...request, State: given.get('state') ?? null }));
    },
  ],
];

const permissionCmdlets = ({ permissions }: Particular): [string, Cmdlet][] => {
  const meant = (given: ReadonlyMap<string, Value>) =>
    permissions.filter(each =>
      ['identity', 'user', 'extendedrights'].every(name => !given.has(name) || of(each, name, given.get(name))),
    );
  return [
    ['get-adpermission', ({ given }) => meant(given)],
    [
      'add-adpermission',
      ({ given }) => {
        if (meant(given).length === 0)
          permissions.push(thing({ IsInherited: false, Deny: false, ...Object.fromEntries(given) }));
      },
    ],
    [
      'remove-adpermission',
      ({ given }) => {
        const [found] = meant(given);
        if (!found) throw new LabError('The access control entry is not there.');
        permissions.splice(permissions.indexOf(found), 1);
      },
    ],
  ];
};

const of = ({ properties }: Thing, name: string, wanted: Value | undefined): boolean =>
  same(asText(properties.get(name) ?? null), asText(wanted ?? null));
