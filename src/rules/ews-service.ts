import { judgeWebService } from './judge-web-service.js';
import { defineRule } from './rule.js';

export const ewsService = defineRule({
  id: 'ews-service',
  for: 'cuc-single-inbox',
  leg: 'web',
  asks: 'Does EWS ask Unity Connection for a login that it can give?',
  explains:
    'It asks once, by GET and without credentials. HTTP 401 that offers NTLM or Basic (in Exchange Online OAuth) is the healthy answer; whether the password ' +
    'of the account is right is not tried. Any other answer tells where to look: nothing offered, forbidden, not there, out of service, sent ' +
    'elsewhere, a proxy in between, or no Exchange at all. Only the answer beside Unity Connection is the one that Unity Connection gets.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/116001-technote-cuc-00.html',
  needs: [],
  uses: ['web-answer'],
  behind: ['web-port', 'tls-version'],

  judge: ({ 'web-answer': seen }, target) =>
    judgeWebService(seen, target, { service: 'ews', severity: 'critical', besides: [] }),
});
