import { describe, expect, it } from 'vitest';
import { type Board, Incident } from '../../src/domain/incident.js';
import { type Heard, withNews, withoutWatch } from '../../src/domain/incident-news.js';
import type { WatchNews } from '../../src/domain/watch.js';
import { incidentView } from '../../src/view/incident.js';
import { incidentLinesView } from '../../src/view/incident-lines.js';

const at = (clock: string) => `2026-11-21T${clock}:00.000Z`;
const rules = ['imap-port'];
const fault = (rule: string, says: string) => ({
  rule,
  says,
  severity: 'critical',
  certainty: 'proven',
  because: [],
  asks: [],
  remedies: [],
});
const PORT = fault('imap-port', 'the port is closed.');
const LOGIN = fault('imap-login', 'the login is refused.');

const heard = (news: WatchNews, more: object = {}): Heard =>
  ({
    watch: 'w-one',
    target: 'prod',
    to: { is: 'named', platform: 'slack', name: 'C1' },
    zone: 'UTC',
    servers: ['EX01'],
    dead: [],
    findings: [PORT],
    why: null,
    ...more,
    news,
  }) as never;

const EMPTY: Board = { place: 'slack C1', version: 0, incidents: [] };
const broke = heard({ say: 'broke', since: at('09:00'), rules, at: at('09:10') });

/** The headline of the message, and what the last news adds in its thread. */
const told = (...news: Heard[]): { message: string; thread: string } => {
  const board = news.reduce(withNews, EMPTY);
  const [incident] = board.incidents.map(each => Incident.parse(each));
  if (!incident) throw new Error('nothing to tell');
  expect(board.incidents).toHaveLength(1);
  return {
    message: incidentView(incident, []).headline,
    thread: incidentLinesView(incident, incident.story.length - 1).headline,
  };
};

describe('an incident', () => {
  it.each([
    {
      name: 'breaks',
      news: [broke],
      message: 'prod is broken: the port is closed.',
      thread: 'prod is broken, since 09:00: the port is closed. [imap-port]',
    },
    {
      name: 'lasts',
      news: [broke, heard({ say: 'reminder', since: at('09:00'), rules, at: at('13:10') })],
      message: 'prod is broken: the port is closed.',
      thread: 'prod is still broken, for 4 h 10 min now.',
    },
    {
      name: 'gets another cause',
      news: [
        broke,
        heard(
          { say: 'develops', since: at('09:00'), rules: ['imap-login'], before: rules, at: at('09:20') },
          { findings: [LOGIN] },
        ),
      ],
      message: 'prod is broken: the login is refused.',
      thread: 'prod: now the login is refused. [imap-login] Gone: imap-port.',
    },
    {
      name: 'cannot be seen',
      news: [heard({ say: 'blind', since: at('09:00'), at: at('09:10') }, { why: 'site hq did not answer' })],
      message: 'prod cannot be seen since 09:00: site hq did not answer',
      thread: 'prod cannot be seen since 09:00: site hq did not answer.',
    },
    {
      name: 'is seen again',
      news: [
        heard({ say: 'blind', since: at('09:00'), at: at('09:10') }, { why: 'site hq did not answer' }),
        heard({ say: 'sees-again', since: at('09:00'), at: at('09:20') }),
      ],
      message: 'prod can be seen again, after 20 min: 09:00 to 09:20',
      thread: 'prod can be seen again, after 20 min.',
    },
    {
      name: 'flaps and keeps still, and was never broken long enough to be told',
      news: [
        heard({ say: 'flaps', since: at('09:00'), changes: 6, at: at('09:30') }),
        heard({ say: 'settled', flappedSince: at('09:00'), isBroken: false, at: at('10:30') }),
      ],
      message: 'prod is well and keeps still, after 1 h 30 min of flapping',
      thread: 'prod flaps no more, and is well.',
    },
    {
      name: 'flaps and stays broken',
      news: [
        heard({ say: 'flaps', since: at('09:00'), changes: 6, at: at('09:30') }),
        heard({ say: 'settled', flappedSince: at('09:00'), isBroken: true, at: at('10:30') }),
      ],
      message: 'prod is broken: the port is closed.',
      thread: 'prod flaps no more, and is broken: the port is closed. [imap-port]',
    },
  ])('that $name', ({ news, message, thread }) => expect(told(...news)).toEqual({ message, thread }));

  it('of a watch that is ended says so', () => {
    const board = withoutWatch(withNews(EMPTY, broke), () => true, at('09:30') as never);
    expect(board.incidents.map(each => incidentView(each, []).headline)).toEqual(['prod is not watched here any more']);
  });

  it('that was told over days has the day at each time of another day', () => {
    const late = heard({
      say: 'recovered',
      since: at('09:00'),
      until: '2026-11-22T08:00:00.000Z',
      at: '2026-11-22T08:05:00.000Z',
    } as never);
    expect(told(broke, late).message).toBe('prod is fixed after 23 h: 09:00 to 2026-11-22 08:00');
  });
});
