import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { toAddress } from '../../../src/chat/console/address.js';
import { trendOf } from '../../../src/domain/trend.js';
import { muteAction } from '../../../src/view/mute-form.js';
import { drawTrend } from '../../../src/view/picture/draw-trend.js';
import { describeInChromium, openBrowser, PATIENCE_MS } from '../../support/card-page.js';
import { type OpenConsole, openConsole } from './rig.js';
import { helpView } from './sample.js';

const PICTURE = {
  name: 'uccx-history-branch.png',
  png: drawTrend(trendOf([], { fromMs: 0, untilMs: 86_400_000 }, 10), 'branch').toString('base64'),
  alt: 'branch over 7 days: 100 % available.',
  spark: [],
};

/** What `Get-ReceiveConnector | Format-List` prints, as somebody pastes it. */
const PASTED = 'Identity : CAS01\\Client CAS01\nMaxInboundConnection : 5000\n\nMaxInboundConnectionPerSource : 20';

const STOPPED_BY_NOBODY = new AbortController().signal;

describeInChromium('the box for commands', () => {
  let browser: Browser;
  let server: OpenConsole;
  let page: Page;
  const received: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await openConsole(async ({ to, files = [] }, messenger) => {
      for (const { open } of files)
        for await (const chunk of open(STOPPED_BY_NOBODY, 1_000_000)) received.push(String(chunk));
      await messenger.tell(to, { ...helpView, picture: PICTURE });
    });
    received.length = 0;
    page = await (await browser.newContext({ viewport: { width: 400, height: 800 } })).newPage();
    await page.route('**/ask', async route => {
      const response = await route.fetch();
      await new Promise(done => setTimeout(done, 700));
      await route.fulfill({ response });
    });
    page.context().setDefaultTimeout(PATIENCE_MS);
    await page.goto(server.url);
    await page.waitForSelector('#state[data-state="on"]');
  });
  afterEach(async () => {
    await page?.unrouteAll({ behavior: 'wait' }); // an answer that is held back has no page to go to any more
    await page?.context().close();
    await server?.stop();
  });

  const box = () => page.locator('#command');
  /** By the clipboard, as a person does: a browser that types in 1,800 lines itself takes many seconds over them. */
  const paste = async (words: string) => {
    const elsewhere = await page.context().newPage();
    await elsewhere.setContent('<textarea></textarea>');
    await elsewhere.locator('textarea').evaluate((element, copied) => {
      const area = element as unknown as { value: string; select: () => void };
      area.value = copied;
      area.select();
    }, words);
    await elsewhere.keyboard.press('Control+C');
    await elsewhere.close();
    await box().focus();
    await page.keyboard.press('Control+V');
  };
  const height = async () => (await box().boundingBox())?.height ?? 0;
  /** Not by a function that is asked again and again: the page's own policy forbids to make one out of text. */
  const answers = (count: number) =>
    page
      .locator('.message')
      .nth(count - 1)
      .waitFor();
  /** The answer comes over another connection than the word that the question was taken, which empties the box. */
  const send = async (count: number) => {
    await box().press('Enter');
    await answers(count);
    await expect.poll(() => box().inputValue()).toBe('');
  };

  it('sends on Enter, takes lines on Shift and Enter and pasted, and sends them as they are', async () => {
    const small = await height();
    await box().pressSequentially('/uccx fix branch --from');
    await box().press('Shift+Enter');
    await paste(PASTED);
    expect(await height()).toBeGreaterThan(small);
    await send(1);
    expect(server.questions.map(({ text }) => text)).toEqual([`/uccx fix branch --from\n${PASTED}`]);
    expect(await height()).toBe(small);
  });

  it('brings back what was asked, and lets the arrows walk between lines first', async () => {
    for (const [index, text] of ['/uccx help', 'one\ntwo'].entries()) {
      await paste(text);
      await send(index + 1);
    }
    await box().press('ArrowUp');
    expect(await box().inputValue()).toBe('one\ntwo');
    await box().press('ArrowUp');
    expect(await box().inputValue()).toBe('one\ntwo');
    await box().press('ArrowUp');
    expect(await box().inputValue()).toBe('/uccx help');
    await box().press('ArrowDown');
    expect(await box().inputValue()).toBe('one\ntwo');
  });

  it('takes as much as a command may be, scrolls it, and says so where it is more', async () => {
    const whole = `/uccx fix branch --from\n${'Limit : 16\n'.repeat(1_800)}`;
    await paste(whole);
    const view = page.viewportSize()?.height ?? 0;
    expect(await height()).toBeLessThan(view / 2);
    await send(1);
    expect(server.questions[0]?.text).toBe(whole.trim());
    await paste('x'.repeat(20_501));
    await box().press('Enter');
    expect(await page.locator('#hint').textContent()).toBe('Not asked: at most 20500 characters, and these are 20501.');
    expect(await box().inputValue()).toHaveLength(20_501);
    expect(server.questions).toHaveLength(1);
  });

  it('shows a picture out of the answer itself, no wider than a phone, and says what it shows', async () => {
    const refused: string[] = [];
    page.on('console', message => void (message.type() === 'error' && refused.push(message.text())));
    await paste('/uccx history branch');
    await box().press('Enter');
    await answers(1);
    const image = page.getByRole('img', { name: 'branch over 7 days: 100 % available.' });
    await image.waitFor();
    const wide = await image.evaluate(async element => {
      const shown = element as unknown as { decode: () => Promise<void>; naturalWidth: number };
      await shown.decode();
      return shown.naturalWidth;
    });
    expect(wide).toBe(800);
    expect((await image.boundingBox())?.width).toBeLessThanOrEqual(400);
    expect(refused).toEqual([]);
  });

  it('reads files that are chosen, for the target in the box', async () => {
    await paste('/uccx read branch');
    const file = (name: string, words: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
    await page.setInputFiles('#files', [file('größer.log', 'one'), file('b.txt', 'two')]);
    await answers(1);
    expect(server.questions[0]?.text).toBe('/uccx read branch');
    expect(await page.textContent('main')).toContain('größer.log (3 B)');
    expect(received.join('')).toBe('onetwo');
  });

  it('takes fifty files with the longest names, shows where they may be let go, and says what are too many', async () => {
    const long = Array.from({ length: 51 }, (_, at) => ({
      name: `${'günlük ışığı '.repeat(15)}${at}.log`,
      mimeType: 'text/plain',
      buffer: Buffer.from('x'),
    }));
    await page.setInputFiles('#files', long);
    await page.waitForSelector('#hint.wrong');
    expect(await page.textContent('#hint')).toBe(
      'Not read: at most 50 files at once, and these are 51. A zip holds more.',
    );
    await page.setInputFiles('#files', long.slice(0, 50));
    await answers(1);
    expect(received).toHaveLength(50);
    expect(await page.textContent('.question')).toMatch(/günlük.*…[^)]*17\.log \(1 B\)/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);

    await page.evaluate(
      `window.carried = new DataTransfer(); carried.items.add(new File(['dropped'], '\ud83d.log'));
       window.drag = kind => document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }))`,
    );
    await page.evaluate("drag('dragover')");
    expect(await page.evaluate("document.body.classList.contains('dropping')")).toBe(true);
    await page.evaluate("drag('drop')");
    await answers(2);
    expect(await page.evaluate("document.body.classList.contains('dropping')")).toBe(false);
    expect(received.at(-1)).toBe('dropped');
  });

  it('never makes the page wider than a phone', async () => {
    await paste(`${'x'.repeat(3_000)}\n${PASTED}`);
    await box().press('Enter');
    await answers(1);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  });

  it('asks what a form under an answer asks, by keyboard alone', async () => {
    const reason = 'the {span} is <b>new</b>';
    await server.messenger.post(toAddress({ question: 'x', message: null }), {
      ...helpView,
      actions: [
        ...muteAction([{ target: 'branch', rule: 'imap-login' }], 'run'),
        ...['imap-login', 'tls-version'].map(rule => ({
          id: rule,
          label: `Explain ${rule}`,
          command: `/uccx explain ${rule}`,
          rare: true as const,
        })),
      ],
    });
    const summary = page.locator('summary', { hasText: 'Mute…' });
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('What').selectOption('branch as a whole');
    await page.getByLabel('Why').press('Enter'); // the browser itself asks for a reason
    await page.getByLabel('Why').pressSequentially(reason);
    await page.getByLabel('Why').press('Enter');
    await answers(2);
    await expect.poll(() => page.locator('.fill').isVisible()).toBe(false); // folded again, its words gone
    expect(await page.getByLabel('Why').inputValue()).toBe('');
    await page.locator('summary', { hasText: 'More' }).press('Enter');
    await page.getByRole('button', { name: 'Explain tls-version' }).press('Enter');
    await answers(3);
    expect(server.questions.map(({ text }) => text)).toEqual([
      `/uccx mute branch 2h because ${reason}`,
      '/uccx explain tls-version',
    ]);
  });
});
