import { Vantage } from '../domain/target.js';
import { judgeMailPort } from './judge-mail-port.js';
import { defineRule, type Judgement, notApplicable, unknown } from './rule.js';

export const webPort = defineRule({
  id: 'web-port',
  for: 'any',
  leg: 'web',
  asks: 'Does Exchange take HTTPS connections from where they are needed?',
  explains:
    'Unity Connection reaches EWS and Autodiscover there, so for single inbox only a site beside Unity Connection tells. UCCX needs no HTTPS of Exchange: ' +
    'for agent email it is asked for nothing but the version, and a port that is closed is only remarked.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/116001-technote-cuc-00.html',
  needs: [],
  uses: ['tcp-connect'],
  behind: [],

  judge({ 'tcp-connect': seen }, target) {
    if (!target.web) return notApplicable('no web address of Exchange is configured');
    if (seen.length === 0) return unknown('nobody tried the port', { missing: ['tcp-connect'] });
    const isMail = target.kind === 'uccx-mail';
    const judged = judgeMailPort(seen, {
      leg: 'web',
      from: isMail ? Vantage.options : ['cuc-side'],
      whenRefused: () => ({ remedies: [], asks: [IS_IIS_UP] }),
    });
    return isMail ? remarked(judged) : judged;
  },
});

const IS_IIS_UP = {
  says: 'Does the World Wide Web Publishing Service (W3SVC) run there, and does its Default Web Site have a binding for that port?',
  steps: [],
};

/** Nothing of agent email breaks by it. */
const remarked = (judged: Judgement): Judgement =>
  judged.is === 'problem'
    ? {
        ...judged,
        findings: judged.findings.map(finding => ({
          ...finding,
          severity: 'notice',
          says: `${finding.says} Agent email does not need it: only the version of Exchange could not be read there.`,
        })),
      }
    : judged;
