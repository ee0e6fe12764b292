import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saidTo } from '../../../src/chat/teams/plain.js';
import { processorMs } from '../../support/processor.js';

const BOT = '28:app';
const mention = (text: string, id = BOT) => ({ type: 'mention', text, mentioned: { id, name: text } });
const AT = '<at>UCCX Doctor</at>';

describe('what was said to the bot', () => {
  it.each([
    ['behind the mention', `${AT} check prod`, [mention(AT)], 'check prod'],
    ['behind the mention, with words before it', `hello ${AT} check prod`, [mention(AT)], 'check prod'],
    ['by its other name', '<at>Doc</at> check prod', [mention('<at>Doc</at>')], 'check prod'],
    ['mentioned twice', `${AT} check ${AT} prod`, [mention(AT), mention(AT)], 'check   prod'],
    [
      'with somebody else mentioned',
      `${AT} check <at>Bob</at>`,
      [mention(AT), mention('<at>Bob</at>', '29:b')],
      'check  Bob',
    ],
    ['without a mention', 'check prod', [], 'check prod'],
    ['with a mention that no entity names', `${AT} check prod`, [], 'UCCX Doctor  check prod'],
    ['with hard spaces', `${AT}&nbsp;check\u00a0prod&#160;`, [mention(AT)], 'check prod'],
    ['as HTML', `<p>${AT}&nbsp;check <b>prod</b></p>`, [mention(AT)], 'check  prod'],
    [
      'with pasted lines, whatever ends them',
      `<div>${AT} fix prod --from</div><p>Server : CAS01</p>Port : 993<br>Limit : 16<br/>\r\nEnd`,
      [mention(AT)],
      'fix prod --from\n Server : CAS01\nPort : 993\nLimit : 16\n\r\nEnd',
    ],
    ['with escaped signs', `${AT} a &amp;lt; b &lt;c&gt; &quot;d&quot;`, [mention(AT)], 'a &lt; b <c> "d"'],
    ['with nothing', AT, [mention(AT)], ''],
  ])('%s', (_, text, entities, words) => expect(saidTo(BOT, text, entities).words).toBe(words));

  it('is a mention by the entity alone', () => {
    expect(saidTo(BOT, AT, [mention(AT)]).mentioned).toBe(true);
    expect(saidTo(BOT, AT, [mention(AT, '29:somebody')]).mentioned).toBe(false);
    expect(saidTo(BOT, AT, [null, 5, { type: 'mention' }, { type: 'clientInfo' }]).mentioned).toBe(false);
  });

  it('is found in any text, in time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), fc.string({ minLength: 1 }), (text, at) => {
        expect(typeof saidTo(BOT, text, [mention(at)]).words).toBe('string');
      }),
    );
    const before = processorMs();
    saidTo(BOT, '<'.repeat(200_000), [mention(AT)]);
    saidTo(BOT, '<a '.repeat(60_000), [mention('<a ')]);
    expect(processorMs() - before).toBeLessThan(2_000);
  });
});
