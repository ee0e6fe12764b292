import type { SyncCause } from '../domain/evidence/sync-log.js';
import type { InboxTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { alignEwsAuthentication } from '../remedies/align-ews-authentication.js';
import { lookUp, onUnityConnection, takeCapture } from '../remedies/platform-cli.js';
import { looksOf } from '../remedies/steps.js';

type Words = { says: string; certainty: Finding['certainty']; asks: Ask[] };

/**
 * What a failed call of Unity Connection means, as half a sentence after the service and its host, and how to tell its causes apart. A
 * status alone names no cause, so most of it is questions.
 */
export const syncWords = (
  { cause, status, hosts }: { cause: SyncCause; status: number | null; hosts: readonly string[] },
  target: InboxTarget,
): Words => {
  const online = target.exchange.version === 'online';
  const possible = (says: string, ...asks: Ask[]): Words => ({ says, certainty: 'possible', asks });
  const proven = (says: string, ...asks: Ask[]): Words => ({ says, certainty: 'proven', asks });
  switch (cause) {
    case 'unauthorised':
      return possible(
        'refuses the login of Unity Connection (HTTP 401): password, locked account, form of the user name, or another way to log in than Unity Connection uses',
        {
          says: 'Is the account locked, or its password expired or changed? The directory knows; do not try passwords, and the button Test can pass with a wrong one.',
          steps: [],
        },
        ...(online
          ? []
          : [
              {
                says: 'Do EWS and Autodiscover both take the login that Unity Connection uses?',
                steps: looksOf(alignEwsAuthentication(target)),
                ifSo: alignEwsAuthentication(target),
              },
            ]),
      );
    case 'forbidden':
      return possible(
        'forbids the call (HTTP 403): most often Exchange wants HTTPS, or the authority of its certificate is not known to Unity Connection',
        {
          says: 'Is the authority uploaded on Unity Connection, as tomcat-trust and as Connection-trust, and is HTTPS chosen in its unified messaging service?',
          steps: [],
        },
      );
    case 'not-found':
      return possible(
        'is not found there (HTTP 404): HTTPS asked of a site without it, the wrong server or address, or a service that does not run',
        {
          says: 'Does that address open by hand, in a browser on another machine?',
          steps: [],
        },
      );
    case 'server-error':
      return possible(
        `breaks off with HTTP ${status ?? 500}: the way to log in, IIS, or a mailbox that is not found by its primary address`,
        {
          says: 'Is a response code such as ErrorImpersonateUserDenied or ErrorNonExistentMailbox beside it in the log? With the micro trace CsEws it is.',
          steps: [],
        },
      );
    case 'unavailable':
      return possible('is out of service (HTTP 503)', {
        says: 'Is its application pool started, and is ErrorServerBusy beside it in the log?',
        steps: [],
      });
    case 'no-connection':
      return possible(
        'cannot be connected to: nothing answered; the 503 beside it is written by Unity Connection and not by Exchange',
        {
          says: 'Does port 443 answer Unity Connection? In a capture taken there its first packets meet an answer, a reset or silence. A firewall or a wrong server are the usual causes.',
          steps: takeCapture(onUnityConnection, 'SIBTrace', 443),
        },
      );
    case 'timeout':
      return possible('does not answer in time', {
        says: 'Is Exchange slow, or does one of its directories demand HTTPS? The time to wait is set in Unity Connection Administration, Advanced, Unified Messaging Services.',
        steps: [],
      });
    case 'tls':
      return possible(
        'cannot be spoken to over TLS: the certificate of Unity Connection itself (tomcat.pem) may be broken, or the versions do not meet',
        {
          says: 'Does the message say «bad record mac»? Then have tomcat.pem regenerated and Tomcat restarted out of hours.',
          steps: [],
        },
      );
    case 'certificate':
      return possible(
        'shows a certificate that Unity Connection cannot verify: its authority is missing there, or its key is too short',
        {
          says: 'Is the whole chain uploaded on Unity Connection, as tomcat-trust and as Connection-trust?',
          steps: [],
        },
      );
    case 'name':
      return proven('has no address: the DNS that Unity Connection asks does not know the name', {
        says: 'Is the name spelt right, and what does that DNS say?',
        steps: hosts.flatMap(host => lookUp(host) ?? []).map(onUnityConnection),
      });
    case 'directory-login':
      return proven(
        'refuses the account of Unity Connection: locked, or its password is not the one that is set there. Mend it before anything else is tried, or it stays locked',
        {
          says: 'Is the account locked, or its password expired or changed?',
          steps: [],
        },
      );
    case 'no-directory':
      return proven('cannot be located by DNS, so the search for Exchange servers fails', {
        says: 'Are there SRV records _ldap._tcp.dc._msdcs of that domain in the DNS that Unity Connection asks?',
        steps: [],
      });
    default:
      return possible(status === null ? 'fails for another reason' : `answers HTTP ${status}`, {
        says: 'What stands around these lines? With the micro traces CsEws and CsMbxSync on, and a reset of one user’s unified messaging account, the log says more.',
        steps: [],
      });
  }
};
