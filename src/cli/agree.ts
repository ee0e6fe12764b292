import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { LadderOffer } from '../domain/ladder.js';
import { offerFor, whyNoLoop } from '../intake/deep.js';
import { probes } from '../probes/index.js';
import { consentView } from '../view/consent.js';
import type { Given } from './command.js';
import { type Io, line } from './io.js';
import { print } from './output.js';

type Wish = {
  deep: boolean;
  nobodyAtWork: boolean;
  loop: boolean;
  only: readonly Leg[];
  confirmed: string | undefined;
  /** Who is kept from climbing meanwhile. */
  beside: 'redis' | 'machine';
};

/**
 * What somebody agrees to at the terminal: by naming the target a second time, in `--confirm` or when asked. Null where nothing has a
 * price that needs it. Throws `UsageError` where it cannot be had.
 */
export const agreedTo = async (
  { deep, nobodyAtWork, loop, only, confirmed, beside }: Wish,
  targets: readonly ConfiguredTarget[],
  named: Given['words'],
  io: Io,
): Promise<LadderOffer | null | 'not-confirmed'> => {
  if (!deep && confirmed !== undefined) throw new UsageError('--confirm goes with --deep.');
  if (!deep && nobodyAtWork) throw new UsageError('--nobody-at-work goes with --deep.');
  if (!deep && !loop) return null;
  const [target] = targets;
  const flag = deep ? '--deep' : '--loop';
  if (!target || targets.length > 1 || named.length === 0)
    throw new UsageError(`${flag} wants exactly one target, as in: check TARGET ${flag}.`);
  if (deep && loop)
    throw new UsageError('--deep and --loop do not go together: the one takes sessions that the other needs.');
  const hindrance = loop ? whyNoLoop(probes, target, [...only]) : null;
  if (hindrance) throw new UsageError(`${hindrance}.`);
  if (!deep) return null;

  const offered = offerFor({ only: [...only], nobodyAtWork }, target);
  if (offered.is === 'none') throw new UsageError(`Not offered: ${offered.says}.`);
  if (confirmed !== undefined && confirmed !== target.id)
    throw new UsageError(`--confirm wants the target that is checked, ${target.id}.`);
  if (confirmed === target.id) return offered.offer;

  print({ ...consentView(target.id, offered.offer, 'cli', { beside }), actions: [], footer: '' }, io);
  const answer = await io.prompt?.(`Type ${target.id} to confirm, anything else to leave it: `);
  if (answer?.trim() === target.id) return offered.offer;
  io.stderr(line(`Nothing was opened. To confirm, add to the same line: --confirm ${target.id}`));
  return 'not-confirmed';
};
