import { judgeWebService } from './judge-web-service.js';
import { defineRule } from './rule.js';

export const autodiscoverService = defineRule({
  id: 'autodiscover-service',
  for: 'cuc-single-inbox',
  leg: 'web',
  asks: 'Does Autodiscover ask Unity Connection for a login that it can give?',
  explains:
    'Like ews-service, for the directory by which Unity Connection finds the server of a mailbox when it is set to search for Exchange servers. It is a ' +
    'warning: where Unity Connection names one Exchange server it may do without. What it answers just as EWS does is told there.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/116001-technote-cuc-00.html',
  needs: [],
  uses: ['web-answer'],
  behind: ['web-port', 'tls-version', 'ews-service'],

  judge: ({ 'web-answer': seen }, target) =>
    judgeWebService(seen, target, { service: 'autodiscover', severity: 'warning', besides: ['ews'] }),
});
