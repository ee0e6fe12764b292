import type { Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { getServerComponentState } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { getOrganizationConfig } from '../ems/web-cmdlets.js';
import { formatList, formatTable } from '../ems/windows-cmdlets.js';
import { alignEwsAuthentication } from '../remedies/align-ews-authentication.js';
import { keepEwsOnline } from '../remedies/allow-ews.js';
import { shell } from '../remedies/steps.js';

/** What is not as it should be in the answer of a web service to somebody who has not logged in. */
export type WebFault =
  | 'no-schemes'
  | 'none-usable'
  | 'through-proxy'
  | 'redirect'
  | 'gateway'
  | 'not-exchange'
  | 'forbidden'
  | 'not-found'
  | 'not-available'
  | 'nobody-serves'
  | 'broken'
  | 'no-login'
  | 'other'
  | 'wrong-service'
  | 'flood'
  | 'silent';
export type WebServiceName = 'ews' | 'autodiscover';

type Seen = { schemes: string; status: string; names: string; locations: string };
type Words = {
  says: string;
  certainty: Finding['certainty'];
  asks: Ask[];
  remedies: Remedy[];
  /** It works so far, and something may come of it. */
  isRemark: boolean;
};

/** What a fault means and what to ask next. Half a sentence: who and where stands before it. */
export const webWords = (fault: WebFault, service: WebServiceName, target: InboxTarget, seen: Seen): Words => {
  const online = target.exchange.version === 'online';
  const words = (says: string, asks: Ask[], more: Partial<Words> = {}): Words => ({
    says,
    certainty: 'possible',
    asks,
    remedies: [],
    isRemark: false,
    ...more,
  });
  const aligned = online ? [] : [alignEwsAuthentication(target)];
  const likely = { certainty: online ? 'possible' : 'likely', remedies: aligned } as const;
  switch (fault) {
    case 'no-schemes':
      return words(
        'asks for a login and offers no way to log in, so Unity Connection cannot',
        askForDirectories(target),
        likely,
      );
    case 'none-usable':
      return words(
        `takes ${seen.schemes} alone, and Unity Connection logs in with ${online ? 'OAuth' : 'NTLM or Basic'}`,
        askForDirectories(target),
        likely,
      );
    case 'through-proxy':
      return words(
        'is answered through a proxy or balancer, which takes the login apart: NTLM holds for one connection only, and Extended Protection ' +
          'answers 401 behind whatever ends the encryption',
        [ASK_DIRECT, ...askForDirectories(target)],
        { isRemark: true },
      );
    case 'redirect':
      return words(
        `sends on to ${seen.locations} in place of asking for a login: something in between wants a login of its own`,
        [ASK_DIRECT],
      );
    case 'gateway':
      return words(
        `answers HTTP ${seen.status}: what stands in between gets no answer of Exchange itself`,
        [ASK_DIRECT],
        { certainty: 'likely' },
      );
    case 'not-exchange':
      return words(
        `is not answered by Exchange (HTTP ${seen.status}, it calls itself ${seen.names}): a proxy or balancer in between, or another machine`,
        [ASK_DIRECT],
        { certainty: 'likely' },
      );
    case 'forbidden':
      return words(
        'refuses whoever asks, before any login: a restriction of addresses or a filter, or EWS is turned off',
        askForbidden(target),
      );
    case 'not-found':
      return words(
        'is not there: the web site has no such directory, or another web site answers',
        askForDirectories(target),
      );
    case 'not-available':
      return words(
        `is out of service: its application pool (${POOL[service]}) is stopped, or the server is in maintenance`,
        askForState(target, service),
      );
    case 'nobody-serves':
      return words(
        `answers HTTP 503 and does not say who answers: a balancer in between without a live server behind it, or Exchange itself is out of service (${POOL[service]})`,
        [ASK_DIRECT, ...askForState(target, service)],
      );
    case 'broken':
      return words(`breaks off by a fault of its own, HTTP ${seen.status}`, askForState(target, service));
    case 'no-login':
      return words('answers without asking for a login, which Exchange does not do: something in between answers', [
        ASK_DIRECT,
      ]);
    case 'wrong-service':
      return words('does not speak HTTP: another service stands on that port', [ASK_DIRECT], { certainty: 'proven' });
    case 'flood':
      return words('sends more than an answer of EWS holds before it comes to an end: something in between answers', [
        ASK_DIRECT,
      ]);
    case 'silent':
      return words('takes the question and gives no answer', askForState(target, service));
    default:
      return words(`answers HTTP ${seen.status}, where a question for the login was expected`, [ASK_DIRECT]);
  }
};

/** Names of the application pools, as Exchange sets them up. */
const POOL: Record<WebServiceName, string> = {
  ews: 'MSExchangeServicesAppPool',
  autodiscover: 'MSExchangeAutodiscoverAppPool',
};

const ASK_DIRECT: Ask = {
  says: 'What stands at this address, and does the Exchange server behind it answer otherwise when it is asked directly?',
  steps: [],
};

/** The lines that read, and change nothing. */
const askForDirectories = (target: InboxTarget): Ask[] =>
  target.exchange.version === 'online'
    ? []
    : [
        {
          says: 'Which ways to log in do the directories of EWS and Autodiscover take, and is Extended Protection on?',
          steps: alignEwsAuthentication(target).verify,
        },
      ];

const askForbidden = (target: InboxTarget): Ask[] => {
  const { version } = target.exchange;
  return [
    {
      says: 'Is EWS turned off for the organisation? EwsEnabled False says yes, a blank one no.',
      steps: [shell(piped(getOrganizationConfig(version, {}), formatList({ Property: ['Ews*'] })))],
      ...(version === 'online' ? { ifSo: keepEwsOnline(target) } : {}),
    },
    ...(version === 'online'
      ? []
      : [
          {
            says: 'Does the web site restrict addresses, or does a filter in between? IIS Manager, IP Address and Domain Restrictions.',
            steps: [],
          },
        ]),
  ];
};

const askForState = (target: InboxTarget, service: WebServiceName): Ask[] => {
  const { version, servers } = target.exchange;
  if (version === 'online') return [];
  const pool = {
    says: `Is the application pool ${POOL[service]} started on ${servers.join(', ')} (IIS Manager)?`,
    steps: [],
  };
  if (is2010(version)) return [pool];
  return [
    pool,
    {
      says: 'Is the server in maintenance? EwsProxy, AutoDiscoverProxy and ServerWideOffline are Active where it is not.',
      steps: servers.map(server =>
        shell(
          piped(
            getServerComponentState(version, { Identity: server }),
            formatTable({ Property: ['Component', 'State'], AutoSize: true }),
          ),
        ),
      ),
    },
  ];
};
