import type { BodyOf } from '../../domain/evidence/index.js';
import type { Reading } from '../reader.js';

type Body = BodyOf<'smtp-refusal'>;
type After = Body['after'];

/** So many different refusals are told of one file. */
const MOST = 50;

/** What the client had said before an answer; its words may hold a password, so nothing of them is kept. */
export const phaseOf = (command: string): After => {
  const word = command.trimStart().slice(0, 12).toUpperCase();
  const known = PHASES.find(([begins]) => word.startsWith(begins));
  return known ? known[1] : 'other';
};
const PHASES: readonly (readonly [string, After])[] = [
  ['EHLO', 'ehlo'],
  ['HELO', 'ehlo'],
  ['STARTTLS', 'starttls'],
  ['AUTH', 'auth'],
  ['MAIL FROM', 'mail-from'],
  ['RCPT TO', 'rcpt-to'],
  ['DATA', 'data'],
  ['BDAT', 'data'],
];

/** A refusal in the words of a server, or null: `421 4.3.2 …`, `535 5.7.3 …`. */
export const refusalIn = (answer: string): (Pick<Body, 'code' | 'enhanced'> & { text: string }) | null => {
  const parts = /^([45]\d\d)[ -](?:([45]\.\d{1,3}\.\d{1,3})(?:\s|$))?.*/.exec(answer.slice(0, 1000));
  return parts ? { code: Number(parts[1]), enhanced: parts[2] ?? null, text: parts[0].trim() } : null;
};

/** Counts refusals that are alike, and tells them when the file is through. */
export const refusalTally = (reading: Reading) => {
  const groups = new Map<string, { body: Body; line: number; at: string | null }>();
  let left = 0;
  return {
    add: (body: Omit<Body, 'times'>, line: number, at: string | null): void => {
      // The time and the server in a text differ with each answer; its code and its first words do not.
      const key = JSON.stringify([
        body.after,
        body.code,
        body.enhanced,
        body.text?.slice(0, 80),
        body.connector,
        body.remote,
      ]);
      const group = groups.get(key);
      if (group) {
        group.body.times++;
        if (at !== null && (group.at === null || at > group.at)) group.at = at;
      } else if (groups.size < MOST) {
        groups.set(key, { body: { ...body, times: 1 }, line, at });
        reading.quote(line, body.text ?? String(body.code));
      } else left++;
    },
    end: (): void => {
      for (const { body, line, at } of groups.values()) reading.observe('smtp-refusal', body, at, line);
      if (left > 0) reading.unread(null, `${left} more refusals of other kinds`);
    },
  };
};
