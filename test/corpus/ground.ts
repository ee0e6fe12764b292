import type { z } from 'zod';
import type { Leg } from '../../src/domain/evidence/evidence.js';
import { type Endpoint, EXCHANGE_VERSIONS, type ExchangeVersion } from '../../src/domain/target.js';
import type { Certificates } from '../../src/lab/certificates.js';
import type { ImapOptions } from '../../src/lab/exchange-imap.js';
import type { SmtpOptions } from '../../src/lab/exchange-smtp.js';
import type { WebOptions } from '../../src/lab/exchange-web.js';
import type { MailTargetDraft } from '../../src/lab/scenario.js';
import type { Stage } from '../../src/lab/stage.js';
import type { Label } from './labels.js';
import type { Paper } from './papers.js';

/** What a fault is crossed with. */
export type Setting = {
  version: ExchangeVersion;
  desktop: 'cad' | 'finesse';
  /** Of IMAP. SMTP is STARTTLS, as a `Client` connector is. */
  security: 'plain' | 'starttls' | 'tls';
  sites: 1 | 2;
};
export const settingName = ({ version, desktop, security, sites }: Setting): string =>
  `${version} ${desktop} ${security}${sites === 2 ? ' two sites' : ''}`;

export const VERSIONS = EXCHANGE_VERSIONS.filter(version =>
  ['2010-sp3', '2013', '2016', '2019', 'se'].includes(version),
);

/** Gives a port with whatever stands there. */
export type Place = (ground: Ground) => Promise<number>;

/** What the servers of a case counted: the harm of it is judged on their side. */
export type Witness = {
  logins: () => number;
  /** Connections that stand, beside those of agents. */
  open: () => number;
  /** Commands that hand mail over: MAIL FROM, and DATA, which no case may come to. */
  mailFrom: () => number;
  data: () => number;
  /** Notifications and requests other than GET; credentials shown to a web server. */
  posts: () => number;
};

/**
 * A contact centre whose every part is well, before anything stands: faults change what will be stood up. `place` is what stands at a
 * port in place of the usual server; `away` is what the site `branch` meets at it.
 */
export type Ground = {
  readonly stage: Stage;
  readonly setting: Setting;
  readonly commons: Commons;
  readonly witnesses: Witness[];
  imap: { options: Partial<ImapOptions>; place: Place | null; away: Place | null; endpoint: Draft };
  smtp: { options: SmtpOptions; place: Place | null; endpoint: Draft & { login?: boolean } };
  notify: { place: Place | null };
  web: { options: Partial<WebOptions>; place: Place | null };
  /** Sessions that others hold on the account. */
  agents: number;
  /** What UCCX has as its password, where it is not the right one. */
  password: string | null;
  target: Partial<Pick<MailTargetDraft, 'agents' | 'limits' | 'loopAddress' | 'exchange' | 'serverSessions'>>;
  only: readonly Leg[];
  /** Whether the check sends a message round (`--loop`). */
  loop: boolean;
};
type Draft = Partial<z.input<typeof Endpoint>>;

/** What all cases share, made once. */
export type Commons = {
  readonly certificates: Certificates;
  /** Authorities whose certificates are of another time. */
  readonly runningOut: Certificates;
  readonly notYet: Certificates;
  readonly fortyDays: Certificates;
  /** One for all: nobody ever gets through to it. */
  readonly filteredPort: () => Promise<number>;
};

/** One thing that is made wrong, on one conversation. */
export type Fault = {
  id: string;
  /** The true cause. */
  label: Label;
  leg: Leg;
  /** How far into the conversation one gets: what lies deeper on the same one is hidden. */
  depth: 0 | 1 | 2 | 3 | 4;
  /** False where one gets past it all the same. */
  hides?: false;
  /** Further true causes that come with it. */
  besides?: readonly Label[];
  fits?: (setting: Setting) => boolean;
  /** Agents work on the account, who must get in. */
  needsAgents?: true;
  /** Whoever looks waits for seconds until a server has been silent for long enough. */
  waits?: true;
  /** An administrator has read the limit, and the configuration states it. */
  isRead?: true;
  /** What stands at the port of that conversation in place of the usual server. */
  place?: Place;
  inject?: (ground: Ground) => void;
  /** What somebody has collected of it; then no server stands, and nobody looks at one. */
  papers?: (setting: Setting) => readonly Paper[];
};

export const cleanGround = (stage: Stage, setting: Setting, commons: Commons): Ground => {
  const is2010 = setting.version.startsWith('2010');
  const manner = is2010 ? ('2010' as const) : ('2016' as const);
  return {
    stage,
    setting,
    commons,
    witnesses: [],
    imap: {
      options: {
        manner,
        namesYear: is2010 || setting.version === '2016',
        tls: setting.security === 'tls',
        loginType: setting.security === 'plain' ? 'PlainTextLogin' : 'SecureLogin',
        limits: { perUser: AMPLE, storeSessions: AMPLE },
      },
      place: null,
      away: null,
      endpoint: { security: setting.security },
    },
    smtp: { options: { manner }, place: null, endpoint: { security: 'starttls' } },
    notify: { place: null },
    web: { options: { build: BUILDS[setting.version] ?? '15.1.2507.6' }, place: null },
    agents: 0,
    password: null,
    target: {
      agents: 10,
      ...(setting.desktop === 'cad'
        ? { limits: { readOn: READ_ON, imapConnectionsPerUser: AMPLE, storeSessionsPerUser: AMPLE } }
        : {}),
    },
    only: [],
    loop: false,
  };
};

/** Enough for everybody. */
const AMPLE = 200;
export const READ_ON = '2026-11-20';
const BUILDS: Partial<Record<ExchangeVersion, string>> = {
  '2010-sp3': '14.3.513.0',
  '2013': '15.0.1497.48',
  '2016': '15.1.2507.6',
  '2019': '15.2.1544.4',
  se: '15.2.2562.17',
};
