import type { Leg } from '../../src/domain/evidence/evidence.js';
import type { ImapServer } from '../../src/lab/exchange-imap.js';
import { mailTarget } from '../../src/lab/mail-target.js';
import type { TargetDraft } from '../../src/lab/scenario.js';
import { openStage } from '../../src/lab/stage.js';
import { webOf } from '../../src/lab/web-target.js';
import { triedIn } from '../support/tried-in.js';
import type { Case } from './cases.js';
import { type Commons, cleanGround, type Ground, type Witness } from './ground.js';
import { idle } from './scripted.js';

/** A case that stands: as each site would have it in its file, and who counts what is done to it. */
export type Standing = {
  drafts: { hq: TargetDraft; branch: TargetDraft };
  sites: 1 | 2;
  only: readonly Leg[];
  loop: boolean;
  witnesses: readonly Witness[];
  stop: () => Promise<void>;
};

/** Makes a contact centre with exactly these faults. */
export const standUp = async (one: Case, commons: Commons, folder: string): Promise<Standing> => {
  const { certificates } = commons;
  const { stage, end } = openStage(one.name, { listen: '127.0.0.1', host: '127.0.0.1', folder, certificates });
  try {
    const ground = cleanGround(stage, one.setting, commons);
    for (const { leg, place, inject } of one.faults) {
      if (place) ground[leg].place = place;
      inject?.(ground);
    }
    const isWebAsked = one.faults.some(({ leg }) => leg === 'web');
    const drafts = await (one.kind === 'mail' ? mailDrafts(ground) : inboxDrafts(ground, isWebAsked));
    const { only, loop, witnesses } = ground;
    witnesses.push({ ...idle, posts: () => end.notify()?.counts().posts ?? 0 });
    return { drafts, sites: one.setting.sites, only, loop, witnesses, stop: end.stop };
  } catch (error) {
    await end.stop();
    throw error;
  }
};

const mailDrafts = async (ground: Ground): Promise<Standing['drafts']> => {
  const { stage, setting } = ground;
  // Whoever else works on the account is there before the fault comes in front of it.
  const server = await stage.imap(ground.imap.options);
  if (ground.agents > 0) await stage.agents(server, ground.agents, { tls: ground.imap.options.tls === true });
  watchImap(ground, server);
  const imapPort = ground.imap.place ? await ground.imap.place(ground) : server.port;
  const away = ground.imap.away ? await ground.imap.away(ground) : imapPort;
  const smtp = await stage.smtp(ground.smtp.options);
  ground.witnesses.push({
    ...idle,
    logins: () => smtp.counts().authTried,
    open: () => smtp.counts().openNow,
    mailFrom: () => smtp.counts().mailFrom,
  });
  const smtpPort = ground.smtp.place ? await ground.smtp.place(ground) : smtp.port;
  const hq = await mailTarget(stage, 'A case', {
    desktop: setting.desktop,
    exchange: { servers: ['EX01'], version: setting.version },
    ...ground.target,
    imap: { ...ground.imap.endpoint, port: imapPort },
    smtp: { ...ground.smtp.endpoint, port: smtpPort },
    ...(ground.password === null ? {} : { password: ground.password }),
  });
  return { hq, branch: { ...hq, imap: { ...hq.imap, port: away } } };
};

/** What agents did before the check came is theirs. */
const watchImap = ({ witnesses, agents }: Ground, server: ImapServer): void => {
  const tried = () => triedIn(server.counts().accounts);
  const before = { logins: tried(), open: server.counts().openNow };
  if (before.open !== agents) throw new Error(`${agents} agents were to work, and ${before.open} sessions stand`);
  witnesses.push({ ...idle, logins: () => tried() - before.logins, open: () => server.counts().openNow - before.open });
};

const inboxDrafts = async (ground: Ground, isWebAsked: boolean): Promise<Standing['drafts']> => {
  const { stage, setting } = ground;
  const notifyPort = ground.notify.place ? await ground.notify.place(ground) : (await stage.notify()).port;
  const web = isWebAsked ? await webPort(ground) : null;
  const hq: TargetDraft = {
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: 'A case',
    exchange: { servers: ['EX01'], version: setting.version },
    ...(web === null ? {} : { web: webOf(stage, web) }),
    cuc: { host: stage.host, notifyPort },
  };
  return { hq, branch: hq };
};

const webPort = async (ground: Ground): Promise<number> => {
  if (ground.web.place) return ground.web.place(ground);
  const server = await ground.stage.web(ground.web.options);
  ground.witnesses.push({
    ...idle,
    open: () => server.counts().openNow,
    posts: () => server.counts().others + server.counts().credentials,
  });
  return server.port;
};
