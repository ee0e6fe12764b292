import { nearest } from '../domain/nearest.js';
import { accountOf, type TargetKind, type Vantage } from '../domain/target.js';
import { type Mistake, type Path, pathText } from './mistake.js';
import { isRecord } from './schema-at.js';
import { escapeText, type Places } from './yaml-file.js';

/**
 * What no single value shows: names that are given twice or not at all, grants to nobody, backslashes that YAML swallowed.
 * Works on the file as it was written, so that it is also told while other parts are wrong.
 */
export const crossMistakes = (raw: unknown, places: Places): Mistake[] => {
  const sites = ids(raw, 'sites');
  const targets = ids(raw, 'targets');
  return [
    ...twice(sites, 'site', places),
    ...twice(targets, 'target', places),
    ...list(raw, 'targets').flatMap((target, index) => [
      ...unknownNames(target, ['targets', index, 'sites'], sites, 'site', places),
      ...backslashes(target.mailbox, ['targets', index, 'mailbox'], places),
      ...backslashes(ladderOf(target).testMailbox, ['targets', index, 'ladder', 'testMailbox'], places),
      ...workedWith(raw, target, ['targets', index, 'ladder', 'testMailbox', 'user'], places),
    ]),
    ...list(signingOf(raw), 'sites').flatMap(({ id }, index) =>
      strangers(id, ['signing', 'sites', index, 'id'], sites, places),
    ),
    ...list(raw, 'access').flatMap((grant, index) => [
      ...unknownNames(grant, ['access', index, 'targets'], targets, 'target', places),
      ...nobody(grant, ['access', index], places),
    ]),
    ...twice(ids(raw, 'maintenance'), 'window', places),
    ...list(raw, 'maintenance').flatMap((window, index) => [
      ...unknownNames(window, ['maintenance', index, 'targets'], targets, 'target', places),
      ...unspoken(raw, window, ['maintenance', index, 'to'], places),
    ]),
    ...twice(ids(raw, 'digests'), 'digest', places),
    ...list(raw, 'digests').flatMap((digest, index) => [
      ...unknownNames(digest, ['digests', index, 'targets'], targets, 'target', places),
      ...unspoken(raw, digest, ['digests', index, 'to'], places),
    ]),
    ...twice(ids(raw, 'watches'), 'watch', places),
    ...list(raw, 'watches').flatMap((watch, index) => [
      ...unknownNames(watch, ['watches', index, 'targets'], targets, 'target', places),
      ...unspoken(raw, watch, ['watches', index, 'to'], places),
      ...lonely(raw, watch, ['watches', index, 'agree'], places),
    ]),
  ];
};

/** Where looking is conclusive, by kind of target. A test holds it against the cards of the probes. */
export const VANTAGES: Record<TargetKind, readonly Vantage[]> = {
  'uccx-mail': ['uccx-side', 'agent-side'],
  'cuc-single-inbox': ['exchange-side'],
};

/** The same for what Exchange answers over HTTPS, where a target has `web`. */
export const WEB_VANTAGES: Record<TargetKind, readonly Vantage[]> = {
  'uccx-mail': ['uccx-side'],
  'cuc-single-inbox': ['cuc-side'],
};

/** What can be used as it is, and will hardly be what was meant. */
export const crossWarnings = (raw: unknown, places: Places): Mistake[] => [
  ...Object.entries(VANTAGES).flatMap(([kind, wanted]) => {
    const index = list(raw, 'targets').findIndex(target => target.kind === kind);
    if (index < 0 || somebodyStandsAt(raw, wanted)) return [];
    const says = `no site stands at the ${wanted.join(' or the ')}: what is seen of ${kind} from elsewhere will not be conclusive`;
    return [{ ...places.value(['targets', index, 'kind']), says, targets: alike(raw, kind) }];
  }),
  ...Object.entries(WEB_VANTAGES).flatMap(([kind, wanted]) => {
    const index = list(raw, 'targets').findIndex(target => target.kind === kind && isRecord(target.web));
    if (index < 0 || somebodyStandsAt(raw, wanted)) return [];
    const says = `no site stands at the ${wanted.join(' or the ')}: what is seen of web from elsewhere will not be conclusive`;
    return [{ ...places.key(['targets', index, 'web']), says, targets: alike(raw, kind) }];
  }),
  ...list(raw, 'targets').flatMap((target, index) =>
    isRecord(target.exchange) && target.exchange.version === undefined
      ? [
          {
            ...places.value(['targets', index, 'exchange']),
            targets: [index],
            says: isRecord(target.web)
              ? 'no version: commands are printed once a server names its own; «Get-ExchangeServer | Format-List Name,AdminDisplayVersion» tells it for certain'
              : 'no version: commands are printed once a server names its own, and 2019 and SE do so over HTTPS alone (web); «Get-ExchangeServer | Format-List Name,AdminDisplayVersion» tells it for certain',
          },
        ]
      : [],
  ),
  ...list(raw, 'targets').flatMap((target, index) =>
    isRecord(target.imap) && target.imap.trust === 'any'
      ? [
          {
            ...places.value(['targets', index, 'imap', 'trust']),
            targets: [index],
            says: 'the password goes to whoever answers; sha256:<fingerprint> or ca:/path.pem keeps it from somebody in between',
          },
        ]
      : [],
  ),
  ...list(raw, 'access').flatMap((grant, index) =>
    grant.platform === 'teams' && Array.isArray(grant.users)
      ? grant.users.flatMap((user, place) =>
          typeof user === 'string' && !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(user)
            ? [
                {
                  ...places.value(['access', index, 'users', place]),
                  says: 'is no Entra object id in lower case: in Teams it means nobody',
                },
              ]
            : [],
        )
      : [],
  ),
  ...['slack', 'teams'].flatMap(platform =>
    isRecord(raw) && isRecord(raw[platform]) && list(raw, 'access').length === 0
      ? [{ ...places.key(['access']), says: `access grants nothing: everybody in ${NAME[platform]} will be refused` }]
      : [],
  ),
];

const NAME: Readonly<Record<string, string>> = { slack: 'Slack', teams: 'Teams' };

const alike = (raw: unknown, kind: string): number[] =>
  list(raw, 'targets').flatMap((target, index) => (target.kind === kind ? [index] : []));

const somebodyStandsAt = (raw: unknown, wanted: readonly Vantage[]): boolean => {
  const standing = list(raw, 'sites').flatMap(site => (Array.isArray(site.vantages) ? site.vantages : []));
  return wanted.some(vantage => standing.includes(vantage));
};

const list = (raw: unknown, key: string): Record<string, unknown>[] => {
  const value = isRecord(raw) ? raw[key] : undefined;
  return Array.isArray(value) ? value.map(each => (isRecord(each) ? each : {})) : [];
};

type Named = { id: string; path: Path };
const ids = (raw: unknown, key: string): Named[] =>
  list(raw, key).flatMap((each, index) =>
    typeof each.id === 'string' ? [{ id: each.id, path: [key, index, 'id'] }] : [],
  );

const twice = (names: readonly Named[], what: string, places: Places): Mistake[] => {
  const firsts = new Map<string, Path>();
  return names.flatMap(({ id, path }) => {
    const first = firsts.get(id);
    if (first === undefined) {
      firsts.set(id, path);
      return [];
    }
    const line = places.value(first).line;
    return [{ ...places.value(path), says: `there is a ${what} of this id already, on line ${line}` }];
  });
};

const unknownNames = (
  holder: Record<string, unknown>,
  path: Path,
  known: readonly Named[],
  what: string,
  places: Places,
): Mistake[] => {
  const names = holder[String(path.at(-1))];
  if (!Array.isArray(names)) return [];
  return names.flatMap((name, index) => {
    if (typeof name !== 'string' || known.some(({ id }) => id === name)) return [];
    const near = nearest(
      name,
      known.map(({ id }) => id),
    );
    return [
      { ...places.value([...path, index]), says: `no ${what} has this id${near ? `; did you mean ${near}?` : ''}` },
    ];
  });
};

const signingOf = (raw: unknown): unknown => (isRecord(raw) ? raw.signing : undefined);
/** Keys of a site that there is not count for nobody. */
const strangers = (id: unknown, path: Path, known: readonly Named[], places: Places): Mistake[] =>
  typeof id !== 'string' || known.some(each => each.id === id)
    ? []
    : [{ ...places.value(path), says: 'no site has this id' }];

/** More sites than look at one of its targets cannot agree. */
const lonely = (raw: unknown, { agree, targets }: Record<string, unknown>, path: Path, places: Places): Mistake[] => {
  const all = list(raw, 'sites').length;
  const meant = list(raw, 'targets').filter(({ id }) => !Array.isArray(targets) || targets.includes(id));
  const fewest = Math.min(all, ...meant.map(({ sites }) => (Array.isArray(sites) ? sites.length : all)));
  return typeof agree === 'number' && agree > fewest
    ? [
        {
          ...places.value(path),
          says: `only ${fewest} of the sites look at one of its targets, so ${agree} can never agree`,
        },
      ]
    : [];
};

/** A digest or a watch for a platform on which this bot does not speak. */
const unspoken = (raw: unknown, { to }: Record<string, unknown>, path: Path, places: Places): Mistake[] =>
  Object.keys(isRecord(to) ? to : {})
    .filter(platform => ['slack', 'teams', 'console'].includes(platform) && isRecord(raw) && !isRecord(raw[platform]))
    .map(platform => ({
      ...places.key([...path, platform]),
      says: `there is no section ${platform}, so nobody could be told there`,
    }));

/** The same words as the schema's, which is silent about it as long as the grant has another mistake. */
const nobody = (grant: Record<string, unknown>, path: Path, places: Places): Mistake[] =>
  ['users', 'groups', 'channels'].some(
    key => grant[key] !== undefined && !(Array.isArray(grant[key]) && grant[key].length === 0),
  )
    ? []
    : [
        {
          ...places.value(path),
          path: pathText(path),
          says: 'names nobody: expected at least one of users, groups, channels',
        },
      ];

/** Sessions of a test mailbox are taken as nobody's: it must be one that no target works with. */
const workedWith = (raw: unknown, target: Record<string, unknown>, path: Path, places: Places): Mistake[] => {
  const user = userOf(ladderOf(target).testMailbox);
  if (user === null) return [];
  const worker = list(raw, 'targets').find(other => {
    const theirs = userOf(other.mailbox);
    return theirs !== null && accountOf({ mailbox: { user: theirs } }) === accountOf({ mailbox: { user } });
  });
  if (!worker) return [];
  const name = typeof worker.id === 'string' ? worker.id : 'another target';
  return [
    {
      ...places.value(path),
      says: `is the mailbox that ${name} works with; a deep check would take its sessions from agents`,
    },
  ];
};

const ladderOf = ({ ladder }: Record<string, unknown>): Record<string, unknown> => (isRecord(ladder) ? ladder : {});
const userOf = (mailbox: unknown): string | null =>
  isRecord(mailbox) && typeof mailbox.user === 'string' ? mailbox.user : null;

/** `"CORP\tom"` is `CORP`, a tab and `om`; `CORP\\tom` without double quotes keeps both backslashes. */
const backslashes = (mailbox: unknown, path: Path, places: Places): Mistake[] => {
  if (!isRecord(mailbox)) return [];
  return ['user', 'identity'].flatMap(key => {
    const place = places.value([...path, key]);
    const written = places.written([...path, key]);
    if (!written) return [];
    if (written.doubleQuoted && /\\/.test(written.text.replaceAll('\\\\', ''))) return [{ ...place, says: escapeText }];
    if (!written.doubleQuoted && written.text.includes('\\\\'))
      return [{ ...place, says: 'found two backslashes in a row; one is enough outside double quotes' }];
    return [];
  });
};
