import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { describe, it } from 'vitest';
import type { Card } from '../../src/chat/teams/card.js';

const named = process.env.UCCX_CHROMIUM;
const paths = named ? [named] : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const path = paths.find(each => existsSync(each)) ?? null;

/**
 * Tests that look at something in Chromium. Where there is none (`apt-get install chromium`, or `UCCX_CHROMIUM` names one) they are
 * skipped with one line that says so; with `UCCX_REQUIRE_CHROMIUM=1` they fail.
 */
export const describeInChromium = (title: string, tests: () => void): void => {
  if (path !== null) {
    describe(title, tests);
    return;
  }
  const says = `${title}: not run, missing Chromium`;
  if (process.env.UCCX_REQUIRE_CHROMIUM === '1') {
    it(title, () => {
      throw new Error(says);
    });
    return;
  }
  console.warn(says);
  describe.skip(title, tests);
};

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** For a step in a page; a browser's own half a minute is short on a busy machine. */
export const PATIENCE_MS = 120_000;

export type Look = { theme: 'light' | 'dark' | 'contrast'; width: number };

/** What the page may tell a test: the requests that it made, and what its card was told when somebody clicked. */
export type CardPage = { page: Page; requests: string[]; clicks: () => Promise<{ type: string; data: unknown }[]> };

/**
 * Draws a card by Microsoft's own renderer with the colours of Teams, as on a phone or a computer. It knows no `CodeBlock`, so what
 * it shows is what clients without one show.
 */
export const showCard = async (browser: Browser, card: Card, { theme, width }: Look): Promise<CardPage> => {
  const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: width < 500 ? 2 : 1 });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.emulateMedia({
    colorScheme: theme === 'light' ? 'light' : 'dark',
    forcedColors: theme === 'contrast' ? 'active' : 'none',
  });
  const requests: string[] = [];
  page.on('request', request => requests.push(request.url()));
  await page.setContent(html(theme));
  await page.addScriptTag({ content: readFileSync(RENDERER, 'utf8') });
  const given = JSON.stringify({ card, config: hostConfig(theme === 'light' ? 'light' : 'dark') });
  await page.evaluate(`(${DRAW})(${given})`);
  return { page, requests, clicks: () => page.evaluate('window.clicks') };
};

const require = createRequire(import.meta.url);
const RENDERER = require.resolve('adaptivecards/dist/adaptivecards.min.js');
const STYLE = require.resolve('adaptivecards/dist/adaptivecards.css');

const hostConfig = (theme: 'light' | 'dark'): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/teams/host-config-${theme}.json`, import.meta.url), 'utf8'));

/** Runs in the page. */
const DRAW = `({ card, config }) => {
  const { AdaptiveCard, HostConfig, SerializationContext, Version } = window.AdaptiveCards;
  const drawn = new AdaptiveCard();
  drawn.hostConfig = new HostConfig(config);
  window.clicks = [];
  drawn.onExecuteAction = action => window.clicks.push({ type: action.getJsonTypeName(), data: action.data });
  // Markdown is the host's business; all that would be read as such is kept for the test to look at.
  window.markdown = [];
  AdaptiveCard.onProcessMarkdown = (words, result) => {
    window.markdown.push(words);
    const escaped = document.createElement('p');
    escaped.textContent = words;
    result.outputHtml = escaped.innerHTML;
    result.didProcess = true;
  };
  const context = new SerializationContext(new Version(1, 5));
  drawn.parse(card, context);
  const count = context.eventCount;
  window.complaints = Array.from({ length: count }, (_, i) => context.getEventAt(i).message);
  document.getElementById('card').append(drawn.render());
}`;

/** What the host adds, as Teams does: long words break, buttons and fields look like its own, and buttons go on in a second row (https://github.com/microsoft/AdaptiveCards/issues/8792). */
const html = (theme: Look['theme']): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A card</title><style>${readFileSync(STYLE, 'utf8')}</style><style>
  body { margin: 0; padding: 12px; background: ${theme === 'light' ? '#f5f5f5' : '#1f1f1f'}; }
  main { border: 1px solid ${theme === 'light' ? '#d1d1d1' : '#525252'}; border-radius: 6px; overflow: hidden; }
  main { overflow-wrap: anywhere; }
  .ac-adaptiveCard .ac-pushButton {
    min-height: 32px; padding: 5px 12px; border: 1px solid ${theme === 'light' ? '#d1d1d1' : '#666'}; border-radius: 4px; font: 600 14px 'Segoe UI', sans-serif;
    background: ${theme === 'light' ? '#fff' : '#292929'}; color: ${theme === 'light' ? '#242424' : '#fff'}; cursor: pointer;
  }
  .ac-actionSet { flex-wrap: wrap; gap: 8px; }
  .ac-actionSet > div { display: none; }
  .ac-actionSet > .ac-pushButton { flex-shrink: 0 !important; max-width: 100%; }
  .ac-input { background: ${theme === 'light' ? '#fff' : '#1f1f1f'} !important; color: ${theme === 'light' ? '#242424' : '#fff'} !important; }
  .ac-input::placeholder { color: ${theme === 'light' ? '#616161' : '#adadad'}; opacity: 1; }
</style></head><body><main id="card" aria-label="Conversation"></main></body></html>`;
