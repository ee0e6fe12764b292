import { describe, expect, it } from 'vitest';
import { JITTER_MS, nextTick, spreadMs, spreadOf } from '../../src/domain/digest-due.js';
import { lastSlot, nextSlot } from '../../src/domain/digest-slots.js';
import { DigestId, readWhenText, type When, Zone } from '../../src/domain/digest-when.js';
import { TargetId } from '../../src/domain/ids.js';

/*
 * A simulated calendar of 400 days. What is due is found a second time by walking through the days in steps of a quarter of an hour
 * and reading the clock on the wall at each, which knows nothing of how slots are computed.
 */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEP = HOUR / 4;
const FROM = Date.parse('2026-03-01T00:00:00Z');
const TO = FROM + 400 * DAY;

/** The clocks of each change differently: at 1:00 UTC, at 2:00 there, at midnight, by half an hour, in the southern summer, twice around Ramadan. */
const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
].map(name => Zone.parse(name));
const TIMES = ['daily 08:00', 'daily 02:30', 'daily 00:00', 'weekdays 01:45', 'weekly sun 02:15'];

const whenOf = (text: string): When => readWhenText(text) as When;

const wallWalk = (zone: string): { moment: number; wall: number }[] => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return Array.from({ length: (TO - FROM) / STEP }, (_, index) => {
    const moment = FROM + index * STEP;
    return { moment, wall: Date.parse(`${format.format(moment).replace(' ', 'T')}Z`) };
  });
};

/** Moments at which the wall first shows such a time; where it jumps over one, as much later as it jumped. */
const dueByWalking = (walk: ReturnType<typeof wallWalk>, isDue: (wall: Date) => boolean): number[] => {
  const seen = new Set<number>();
  const due = new Set<number>();
  for (const [index, { moment, wall }] of walk.entries()) {
    const before = walk[index - 1];
    for (let jumped = (before?.wall ?? wall) + STEP; jumped < wall; jumped += STEP)
      if (isDue(new Date(jumped))) due.add(moment + (jumped - ((before?.wall ?? 0) + STEP)));
    if (isDue(new Date(wall)) && !seen.has(wall)) due.add(moment);
    seen.add(wall);
  }
  return [...due].sort((a, b) => a - b);
};

const isDueBy = (text: string): ((wall: Date) => boolean) => {
  const at = /(\d\d):(\d\d)/.exec(text);
  return wall => {
    if (wall.getUTCHours() !== Number(at?.[1]) || wall.getUTCMinutes() !== Number(at?.[2])) return false;
    const day = wall.getUTCDay();
    return text.startsWith('weekdays') ? day > 0 && day < 6 : !text.startsWith('weekly') || day === 0;
  };
};

describe.each(ZONES)('400 days in %s', zone => {
  const walk = wallWalk(zone);

  it('has days on which the clocks change', () => {
    expect(new Set(walk.map(({ moment, wall }) => wall - moment)).size).toBeGreaterThan(1);
  });

  // Each hour of each day would be ten thousand slots: where the clocks stand still for days, one is like the other.
  it('30 * * * *: every slot of the wall clock around each change, once each', () => {
    const timed = { when: whenOf('30 * * * *'), zone };
    const due = dueByWalking(walk, wall => wall.getUTCMinutes() === 30);
    const changes = walk.filter(({ moment, wall }, index) => {
      const before = walk[index - 1];
      return before && wall - moment !== before.wall - before.moment;
    });
    for (const { moment } of changes) {
      const [from, to] = [Math.max(FROM + DAY, moment - 2 * DAY), Math.min(TO - DAY, moment + 2 * DAY)];
      const slots: number[] = [];
      for (let at = nextSlot(timed, from); at !== null && at < to; at = nextSlot(timed, at)) slots.push(at);
      expect(slots).toEqual(due.filter(slot => slot > from && slot < to));
      expect(slots.map(slot => lastSlot(timed, slot, HOUR))).toEqual(slots);
    }
  });

  it.each(TIMES)('%s: every slot of the wall clock, once each', text => {
    const timed = { when: whenOf(text), zone };
    const expected = dueByWalking(walk, isDueBy(text)).filter(slot => slot > FROM + DAY && slot < TO - DAY);
    const slots: number[] = [];
    for (let at = nextSlot(timed, FROM + DAY); at !== null && at < TO - DAY; at = nextSlot(timed, at)) slots.push(at);
    expect(slots).toEqual(expected);
    for (const slot of slots.filter((_, index) => index % 7 === 0 || index < 40)) {
      expect(lastSlot(timed, slot, HOUR)).toBe(slot);
      expect(lastSlot(timed, slot - 1, HOUR)).not.toBe(slot);
    }
  });
});

describe('times that hardly ever come', () => {
  const paris = Zone.parse('Europe/Paris');
  it.each([
    ['0 8 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T07:00:00.000Z'],
    ['0 8 29 2 1', '2026-03-02T08:00:00Z', '2027-02-01T07:00:00.000Z'],
    ['0 12 13 * fri', '2026-11-21T00:00:00Z', '2026-11-27T11:00:00.000Z'],
    ['15 9 1 jan,jul *', '2026-11-21T00:00:00Z', '2027-01-01T08:15:00.000Z'],
    ['every 4h', '2026-11-21T00:00:00Z', '2026-11-21T04:00:00.000Z'],
  ])('%s after %s is %s', (text, after, next) => {
    const slot = nextSlot({ when: whenOf(text), zone: paris }, Date.parse(after));
    expect(new Date(Number(slot)).toISOString()).toBe(next);
  });
});

describe('a thousand digests at the same minute', () => {
  it('are spread over twenty seconds, each always by the same', () => {
    const eight = Date.parse('2026-11-21T08:00:00Z');
    const ticks = Array.from({ length: 1_000 }, (_, index) => {
      const digest = { id: DigestId.parse(`d-${index}`), when: whenOf('daily 08:00'), zone: Zone.parse('UTC') };
      const tick = Number(nextTick(digest, eight - HOUR));
      expect(nextTick(digest, eight - 5 * HOUR)).toBe(tick);
      expect(Number(nextTick(digest, tick)) - tick).toBe(DAY);
      return tick - eight;
    });
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ticks)).toBeLessThan(JITTER_MS);
    const inOneSecond = Array.from(
      { length: 20 },
      (_, second) => ticks.filter(at => Math.floor(at / 1_000) === second).length,
    );
    expect(Math.max(...inOneSecond)).toBeLessThan(90);
  });
});

describe('targets of one digest', () => {
  it.each([
    [1, 0],
    [10, 0],
    [100, 10_000],
    [1_000, 20_000],
  ])('%d of them begin within %d ms, each always at the same moment', (count, overMs) => {
    expect(spreadMs(count)).toBe(overMs);
    const moments = Array.from({ length: count }, (_, index) => spreadOf(TargetId.parse(`t-${index}`), overMs));
    expect(moments).toEqual(moments.map((_, index) => spreadOf(TargetId.parse(`t-${index}`), overMs)));
    expect(Math.max(...moments)).toBeLessThanOrEqual(Math.max(0, overMs - 1));
    const seconds = new Set(moments.map(at => Math.floor(at / 1_000)));
    expect(seconds.size).toBe(Math.max(1, overMs / 1_000));
  });
});
