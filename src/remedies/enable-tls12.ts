import type { Remedy } from '../domain/remedy.js';
import type { Target } from '../domain/target.js';
import { getItemProperty } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, on, refuseOnline, shell } from './steps.js';

const KEY = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server';

/** Reads whether Windows lets Exchange use TLS 1.2. What must be updated for it depends on the machine, so that part is advice. */
export const enableTls12 = (target: Target): Remedy => {
  refuseOnline(target, 'enable-tls12');
  const { servers } = target.exchange;
  const read = servers.map(server => shell(on(server, getItemProperty({ Path: KEY }))));
  return card({
    id: 'enable-tls12',
    title: `TLS 1.2 on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    read,
    apply: [
      byHand(
        "Follow Microsoft's guide for TLS 1.2 on Exchange: updates of Exchange, of .NET and of Windows first, then the registry. " +
          'Keep a copy of the SCHANNEL key before anything is changed there.',
        'everything on the server, since it must be restarted',
      ),
    ],
    verify: [...read, byHand('Check this target again: it must name TLS 1.2 or 1.3.')],
    undo: [byHand('Import the copy of the SCHANNEL key and restart the server.')],
    risk:
      'An error that the path does not exist only means that Windows decides by itself. Lowering the client to TLS 1.0 ' +
      '(«set tls client min-version 1.0») is the other way round and weakens every connection of it.',
    source: 'https://learn.microsoft.com/exchange/exchange-tls-configuration',
  });
};
