import type { z } from 'zod';
import type { ConfiguredInboxTarget, ConfiguredMailTarget } from '../domain/configured-target.js';
import type { State } from '../domain/report.js';
import type { Verdict } from '../domain/verdict.js';
import type { Stage } from './stage.js';

/** A target as a person writes it into the configuration, before the defaults. */
export type MailTargetDraft = z.input<typeof ConfiguredMailTarget>;
type InboxTargetDraft = z.input<typeof ConfiguredInboxTarget>;
export type TargetDraft = MailTargetDraft | InboxTargetDraft;

/** One thing that can be wrong (or right), built from real servers: at once demo entry, end-to-end test and documentation. */
export type Scenario = {
  /** Also the id of its target. */
  id: string;
  title: string;
  /** One sentence for people: what is wrong here. */
  tells: string;
  /** What a person types. */
  command: string;
  /** Logins that it takes at most, where it is more than the one of a usual check. */
  logins?: number;
  /** SMTP logins and messages that it takes, where it takes any. */
  mail?: { logins: number; messages: number };
  expects: {
    state: State;
    /** The verdicts that matter, by rule. A rule that is not named may say what it likes. */
    verdicts: Readonly<Record<string, Verdict['is']>>;
    /** Lines that must be printed exactly; none where nothing on Exchange is to be changed. */
    commands: readonly string[];
  };
  start: (stage: Stage) => Promise<TargetDraft>;
};

/** `flags` stand behind the target; after `--deep` the card is confirmed. */
export const defineScenario = ({
  flags = '',
  ...scenario
}: Omit<Scenario, 'command'> & { flags?: string }): Scenario => ({
  ...scenario,
  command: `/uccx check ${scenario.id} ${flags}`.trim(),
});
