import { describe, expect, it } from 'vitest';
import { probeJob } from '../../jobs/probe/job.js';
import { signingOf } from '../support/signing.js';

/**
 * Bot and worker may differ by one version. What 0.1.0 wrote stands here word for word and must be read for as long as it is the version
 * before; what a next version may add must not make the rest unreadable.
 */
const order = {
  run: 'sla-question',
  probe: 'imap-service',
  site: 'hq',
  vantages: ['uccx-side'],
  target: 'prod',
  budgetMs: 8000,
  loginAnyway: false,
};
const source = { by: 'probe', probe: 'imap-service', site: 'hq', vantages: ['uccx-side'] };
const greeting = {
  kind: 'imap-greeting',
  target: 'prod',
  source,
  at: '2026-11-21T08:00:00.000Z',
  outcome: 'ok',
  text: '* OK The Microsoft Exchange IMAP4 service is ready.',
  tookMs: 12,
};
const answer = { is: 'seen', source, tookMs: 14, cut: false, evidence: [greeting], transcript: [] };
const id = 'sla-question.prod.imap-service.hq';

const orderRead = (body: object) => {
  const valid = { at: '2026-11-21T08:00:00.000Z', until: '2026-11-21T08:00:25.000Z' };
  const data = JSON.parse(JSON.stringify(signingOf('bot').sign({ is: 'probe order', id }, body, valid)));
  return probeJob.order(signingOf('site-hq'), { id, data });
};
const answerRead = (body: object) => {
  const found = JSON.parse(JSON.stringify(signingOf('site-hq').sign({ is: 'probe answer', id }, body)));
  return probeJob.answered(signingOf('bot'), 'site-hq', id, found);
};

it('what 0.1.0 ordered and answered is read', async () => {
  expect(await orderRead(order)).toMatchObject({ is: 'good', value: order });
  expect(await answerRead(answer)).toMatchObject({ is: 'good', value: answer });
});

describe('what a next version may add', () => {
  it('to an order is not heard, and the order is carried out as it is known', async () => {
    expect(await orderRead({ ...order, patience: 'much' })).toMatchObject({ is: 'good', value: order });
  });

  it('to an answer, new facts and new words of known ones, leaves what is known as it is', async () => {
    const news = { ...greeting, kind: 'imap-quota', freeBytes: 12 };
    const more = { ...answer, weather: 'fair', evidence: [news, { ...greeting, language: 'en' }] };
    expect(await answerRead(more)).toEqual(expect.objectContaining({ is: 'good', value: answer }));
  });
});

it('a known fact of another shape is no fact, whatever its version', async () => {
  expect(await answerRead({ ...answer, evidence: [{ ...greeting, outcome: 7 }] })).toEqual({ is: 'unreadable' });
  expect(await answerRead({ ...answer, evidence: [null] })).toEqual({ is: 'unreadable' });
});
