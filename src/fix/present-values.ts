import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import type { Evidence } from '../domain/evidence/index.js';
import { shortName } from '../domain/server-name.js';
import type { Fact } from '../readers/shell/fact.js';
import { factsIn } from '../readers/shell/facts-in.js';
import { bare } from '../readers/shell/object.js';

const MAX_CHARS = 2_000_000;

/**
 * Reads the pasted output of `Get-ImapSettings`, `Get-ReceiveConnector` and `Get-ExchangeServer`, and of the registry value of store
 * sessions, into the same evidence that a probe would bring. Tolerant: whatever is not understood is passed over.
 * Throws `UsageError` where nothing at all is understood, or where it is of other servers.
 */
export const presentValues = (pasted: string, target: ConfiguredTarget, file: string, at: IsoTime): Evidence[] => {
  if (pasted.length > MAX_CHARS) throw new UsageError(`${file} holds more than ${MAX_CHARS} characters.`);
  const common = { target: target.id, source: { by: 'artifact', reader: 'shell-output', artifact: file }, at } as const;
  const facts = factsIn(pasted).filter(({ kind }) => KINDS.includes(kind));
  const found = facts.flatMap(fact => ofTarget(fact, target, common));
  if (found.length > 0) return found;
  const servers = [...new Set(facts.flatMap(({ server }) => server ?? []))].filter(name => ours(name, target) === null);
  throw new UsageError(
    servers.length > 0
      ? `${file} is about ${servers.slice(0, 5).join(', ')}; the servers of ${target.id} are ${target.exchange.servers.join(', ')}.`
      : `${file} holds no output of Get-ImapSettings, Get-ReceiveConnector, Get-ExchangeServer or Get-ItemProperty that could be read; pipe them into Format-List.`,
  );
};

/** What a remedy is made of. */
const KINDS: readonly Evidence['kind'][] = ['exchange-server', 'imap-limits', 'store-limits', 'connector-limits'];

type Common = Pick<Evidence, 'target' | 'source' | 'at'>;

/** The fact under the name that the configuration has for its server and connector; none where it is of others. */
const ofTarget = (fact: Fact, target: ConfiguredTarget, common: Common): Evidence[] => {
  const server = fact.server === null ? null : ours(fact.server, target);
  if (fact.server !== null && server === null) return [];
  if (fact.kind === 'exchange-server')
    return server === null ? [] : [{ kind: fact.kind, ...common, ...fact.body, server }];
  if (target.kind !== 'uccx-mail') return [];
  if (fact.kind === 'imap-limits') return [{ kind: fact.kind, ...common, ...fact.body, server }];
  if (fact.kind === 'store-limits') return [{ kind: fact.kind, ...common, ...fact.body, server }];
  if (fact.kind !== 'connector-limits') return [];
  const connector = connectorName(fact.body.connector, target.smtp.connector);
  // Whether a blank belongs into a broken name is told by the configuration or by nobody.
  return fact.doubt !== null && connector === fact.body.connector
    ? []
    : [{ kind: fact.kind, ...common, ...fact.body, connector }];
};

/** As the configuration spells it, where it is the one that the target uses. A blank may have been lost where a console broke the name. */
const connectorName = (identity: string, connector: string | undefined): string => {
  const name = identity.slice(identity.lastIndexOf('\\') + 1);
  const isOurs = connector !== undefined && [identity, name].some(each => bare(each) === bare(connector));
  return isOurs ? connector : identity;
};

/** The server of the target that is meant by a short or a full name; null: none of its. */
const ours = (name: string, { exchange: { servers } }: ConfiguredTarget): string | null =>
  servers.find(each => shortName(each) === shortName(name)) ?? null;
