import { readConfig } from '../../src/config/read-config.js';

/** The file of a centre with two sites, one target and Slack, and one more section of it: what stands in the section is the test's. */
export const fileWith = (section: string, entries: string, rest = `${SLACK}\ntimeZone: Europe/Paris`): string => `sites:
  - { id: hq, vantages: [uccx-side, agent-side] }
  - { id: branch, vantages: [uccx-side] }
targets:
  - kind: uccx-mail
    id: prod
    exchange: { servers: [EX01], version: 2016 }
    desktop: cad
    agents: 10
    mailbox: { user: uccx@contoso.test, password: env:PASSWORD }
    imap: { host: ex01.test, port: 993, security: tls }
    smtp: { host: ex01.test, port: 587, security: starttls }
    sites: [hq]
${rest}
${section}:
${entries}
`;
export const SLACK = 'slack: { mode: socket, botToken: env:BOT, appToken: env:APP }';

export const mistakesIn = (text: string): string[] => {
  const read = readConfig(text);
  return read.is === 'bad' ? read.mistakes.map(({ path, says }) => `${path}: ${says}`) : [];
};
