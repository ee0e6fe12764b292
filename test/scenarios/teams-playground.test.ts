import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import { PATIENCE_MS } from '../support/card-page.js';
import { freePort } from '../support/free-port.js';
import {
  ALEX,
  CHROMIUM,
  playgroundMissing,
  serviceUrlOf,
  startPlayground,
  startSigner,
} from '../support/playground.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** The bot in Microsoft's own test client, as a person sees it in a browser: their page, their connector, their card renderer. */
vi.setConfig({ testTimeout: 180_000 });
const missing = playgroundMissing();
if (missing && process.env.UCCX_REQUIRE_PLAYGROUND) throw new Error(missing);
if (missing) console.warn(`Agents Playground: not run, ${missing}`);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(missing)('Agents Playground', () => {
  let teams: LabTeams;
  let whole: TestWhole;
  let browser: Browser;
  let page: Page;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    teams = await startTeams();
    stops.push(teams.stop);
    const [port, client] = [await freePort(), await freePort()];
    const { loginUrl, openIdUrl } = teams.identity.authority;
    whole = await startTestWhole({
      scenarios: ['branch'],
      config: {
        teams: {
          appId: teams.appId,
          tenant: teams.tenant,
          password: 'env:TEAMS_SECRET',
          lab: { loginUrl, openIdUrl, serviceUrl: serviceUrlOf(client) },
        },
        listen: { port },
        access: [{ role: 'operator', platform: 'teams', users: [ALEX.objectId] }],
      },
      env: { TEAMS_SECRET: teams.secret },
    });
    stops.push(whole.stop);
    const signer = await startSigner(teams, `http://127.0.0.1:${port}/api/messages`);
    stops.push(signer.stop);
    const { appId, tenant } = teams;
    const playground = await startPlayground({
      folder: join(whole.folder, 'playground'),
      port: client,
      endpoint: signer.url,
      appId,
      tenant,
    });
    stops.push(playground.stop);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    stops.push(() => browser.close());
    page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    page.setDefaultTimeout(PATIENCE_MS);
    // Its page asks a server of Microsoft's for a font.
    await page.route(
      ({ hostname }) => hostname !== '127.0.0.1',
      route => route.abort(),
    );
    await page.goto(playground.url);
    await page.getByText('Connected.').waitFor();
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop().catch(() => undefined); // the next one is stopped all the same
  });

  const cards = () => page.locator('.ac-adaptiveCard');
  const card = () => cards().last();
  const say = async (text: string) => {
    await page.getByRole('textbox').first().click();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };

  it('is welcomed with a card that says what to write', async () => {
    await card()
      .getByText(/Write check and the name of a target/)
      .waitFor();
    expect(await cards().count()).toBe(1);
  });

  it('shows a card that follows the check and becomes the answer, in one message', async () => {
    await say('check branch');
    await card()
      .getByText(/branch: \d problems?/)
      .first()
      .waitFor();
    expect(await cards().count()).toBe(2);
    expect(await card().innerText()).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
    expect((await whole.report('branch'))?.target).toBe('branch');
  });

  it('takes the press of a button, and answers in the same card', async () => {
    const first = (await whole.report('branch'))?.run;
    await card().getByRole('button', { name: 'I applied it, check again' }).click();
    await page.getByText('invoke 200').waitFor();
    await card()
      .getByText(/Since the check of/)
      .first()
      .waitFor();
    expect((await whole.report('branch'))?.run).not.toBe(first);
    expect(await cards().count()).toBe(2);
  });

  it('helps with a word that is mistyped', async () => {
    await say('chek branch');
    await page
      .getByText(/Did you mean check\?/)
      .first()
      .waitFor();
  });
});
