import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderTeams } from '../../../src/chat/teams/render.js';
import { HistoryRow } from '../../../src/domain/history-row.js';
import { historyView } from '../../../src/view/history.js';
import { quote, text, type View } from '../../../src/view/view.js';
import { type CardPage, describeInChromium, type Look, openBrowser, showCard } from '../../support/card-page.js';
import { cardOf } from '../../support/teams-card.js';
import { views } from './views.js';

/** Cards as Microsoft's renderer draws them. `UCCX_PICTURES=docs/images` also writes the pictures of the guide. */
const LOOKS: readonly Look[] = [
  { theme: 'light', width: 320 },
  { theme: 'light', width: 800 },
  { theme: 'dark', width: 320 },
  { theme: 'dark', width: 800 },
  { theme: 'contrast', width: 320 },
  { theme: 'contrast', width: 800 },
];
const EVIL =
  '<img src=x onerror=alert(1)> **b** [x](https://evil.example) {{DATE(2017-02-14T06:00:00Z)}} www.evil.example';
const evil: View = {
  ...views.result,
  headline: EVIL,
  sections: [
    {
      tone: 'critical',
      title: EVIL,
      lines: [quote(EVIL), text(EVIL)],
      table: { caption: EVIL, columns: [EVIL, 'b'], rows: [[EVIL, EVIL]] },
      commands: [{ label: EVIL, lines: [EVIL], note: EVIL }],
      detail: false,
    },
  ],
  footer: EVIL,
};

const trend: View = (() => {
  const at = (hour: number) => new Date(Date.parse('2026-11-14T08:00:00.000Z') + hour * 3_600_000).toISOString();
  const rows = Array.from({ length: 168 }, (_, hour) =>
    HistoryRow.parse({
      at: at(hour),
      until: at(hour),
      looks: 1,
      run: null,
      ...(hour > 90 && hour < 110
        ? { state: 'problem', severity: 'critical', rules: ['imap-port'], logins: [] }
        : { state: 'healthy', severity: null, rules: [], logins: [[180 + 60 * Math.sin(hour / 4), 1]] }),
      needed: 28,
      possible: 68,
      certificateDays: 30,
      gapMs: null,
    }),
  );
  return historyView('prod', rows, { fromMs: Date.parse(at(0)), untilMs: Date.parse(at(168)) });
})();

describeInChromium('in Chromium, a card', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  const show = (view: View, look: Look): Promise<CardPage> =>
    showCard(browser, cardOf(renderTeams(view, { file: 'direct' })), look);

  it.each(LOOKS)('of a result can be read by everybody: $theme, $width wide', async look => {
    const { page } = await show(views.result, look);
    if (process.env.UCCX_PICTURES) await takePicture(page, look, process.env.UCCX_PICTURES);
    for (const button of await page.locator('button[aria-controls]').all()) await button.click();
    // Microsoft's renderer says `aria-expanded` of the opened place instead of the button: not ours to change.
    expect((await seriousFindings(page, look)).filter(finding => !finding.startsWith('aria-allowed-attr'))).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
    await page.close();
  });

  it.each(['result', 'progress', 'healthy', 'help', 'refusal', 'script', 'consent'] as const)(
    'has no serious finding while it is folded: %s',
    async name => {
      const look: Look = { theme: 'dark', width: 320 };
      const { page } = await show(views[name], look);
      expect(await seriousFindings(page, look)).toEqual([]);
      expect(await page.evaluate('window.complaints.filter(words => !words.includes("CodeBlock"))')).toEqual([]);
      await page.close();
    },
  );

  it.each(LOOKS.filter(({ theme }) => theme !== 'contrast'))(
    'shows the picture where the client knows no charts: $theme, $width wide',
    async look => {
      const { page } = await show(trend, look);
      const image = page.locator('#card img');
      expect(await image.count()).toBe(1);
      expect(await image.getAttribute('alt')).toBe(trend.picture?.alt);
      expect(await page.evaluate('document.querySelector("#card img").naturalWidth')).toBe(800);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
      if (process.env.UCCX_PICTURES)
        await page.screenshot({ path: join(process.env.UCCX_PICTURES, `trend-${look.theme}-${look.width}.png`) });
      await page.close();
    },
  );

  it('is used by keyboard alone: what is folded opens and closes, a button gives its words', async () => {
    const { page, clicks } = await show(views.result, { theme: 'light', width: 320 });
    const evidence = page.getByText('a2 NO AUTHENTICATE failed.').first();
    expect(await evidence.isVisible()).toBe(false);
    const focused = () => page.evaluate('document.activeElement.textContent');
    while ((await focused()) !== 'Evidence: 2 lines') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await evidence.isVisible()).toBe(true);
    expect(await focused()).toBe('Evidence: 2 lines'); // the focus is where it was
    await page.keyboard.press('Enter');
    expect(await evidence.isVisible()).toBe(false);
    while ((await focused()) !== 'Script') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await clicks()).toContainEqual({
      type: 'Action.Execute',
      data: { uccx: 'ask', id: 'fix-branch-tms-1', command: '/uccx fix branch' },
    });
    await page.close();
  });

  it.each<Look>([
    { theme: 'light', width: 800 },
    { theme: 'dark', width: 320 },
    { theme: 'contrast', width: 320 },
  ])(
    '«Mute…» is filled in by keyboard alone, each field says what it is and what it lacks: $theme, $width wide',
    async look => {
      const { page, clicks } = await show(views.result, look);
      const focused = () => page.evaluate('document.activeElement.textContent');
      while (!String(await focused()).startsWith('Mute…')) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await seriousFindings(page, look)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.width);
      await page.getByLabel('What', { exact: false }).first().focus();
      await page.keyboard.press('ArrowDown'); // the second finding
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      const send = async () => {
        while ((await focused()) !== 'Mute') await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
      };
      await send();
      expect(await page.getByText('This has to be filled in.').isVisible()).toBe(true);
      expect(await clicks()).toEqual([]);
      await page.getByLabel('Why', { exact: false }).focus();
      await page.keyboard.type('a new one is ordered');
      await send();
      expect(await clicks()).toMatchObject([
        {
          type: 'Action.Execute',
          data: {
            uccx: 'fill',
            command: '/uccx mute {what2} {span2} because {why2}',
            what2: 'branch tls-certificate',
            span2: '2h',
            why2: 'a new one is ordered',
          },
        },
      ]);
      await page.close();
    },
  );

  it('shows the words of others as they are, asks nobody for anything, and hands none of them to markdown', async () => {
    const { page, requests } = await show(evil, { theme: 'light', width: 800 });
    for (const button of await page.locator('button[aria-controls]').all()) await button.click();
    const shown = await page.locator('#card').innerText();
    // Headline, title, text, evidence, caption, head, two cells, label, command, note, footer.
    expect(shown.split(EVIL).length - 1).toBe(12);
    expect(await page.locator('#card a, #card img, #card strong, #card em').count()).toBe(0);
    expect(await page.evaluate('window.markdown')).toEqual([]);
    expect(requests).toEqual([]);
    await page.close();
    // What does reach markdown are headings, and this is how that would be seen.
    const other = await show(views.consent, { theme: 'light', width: 800 });
    expect(await other.page.evaluate('window.markdown')).toContain('What stops it');
    await other.page.close();
  });
});

type Found = { violations: { id: string; impact: string; nodes: { html: string }[] }[] };

const require = createRequire(import.meta.url);
const AXE = require.resolve('axe-core/axe.min.js');
const seriousFindings = async (page: Page, { theme }: Look): Promise<string[]> => {
  if (!(await page.evaluate('"axe" in window'))) await page.addScriptTag({ path: AXE });
  // With forced colours the browser paints its own, which axe cannot see.
  const rules = theme === 'contrast' ? { 'color-contrast': { enabled: false } } : {};
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify({ rules })})`)) as Found;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
};

const PICTURES: Record<string, string> = { 'light 800': 'teams-result', 'dark 320': 'teams-phone' };
const takePicture = async (page: Page, { theme, width }: Look, folder: string): Promise<void> => {
  const name = PICTURES[`${theme} ${width}`];
  if (!name) return;
  await mkdir(folder, { recursive: true });
  const clip = { x: 0, y: 0, width, height: width < 500 ? 640 : 1_000 };
  await page.screenshot({ path: join(folder, `${name}.png`), clip, fullPage: true });
};
