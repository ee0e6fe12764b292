import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Ask } from '../domain/verdict.js';

type Banner = EvidenceOf<'smtp-banner'>;

/** Who greets, where it is evidently not Exchange: by its own name, or because a firewall has put stars in its place. */
export type OtherSmtp = { is: 'named'; name: string } | { is: 'masked' };

export const otherSmtp = ({ outcome, text }: Banner): OtherSmtp | null => {
  if (outcome !== 'greeted' || text === null) return null;
  const words = text.replace(/^220[- ]/, '').slice(0, 500);
  if (MASKED.test(words)) return { is: 'masked' };
  if (/\bMicrosoft ESMTP\b/i.test(words)) return null;
  const name = PRODUCTS.find(product => new RegExp(String.raw`\b${product}\b`, 'i').test(words));
  return name === undefined ? null : { is: 'named', name };
};

/** A PIX or ASA that inspects SMTP leaves `2`, `0` and stars of a greeting. */
const MASKED = /^(?=.*\*{8})[*20 ]+$/;

/** As they spell themselves in their greetings. */
const PRODUCTS = [
  'Postfix',
  'Sendmail',
  'Exim',
  'qmail',
  'OpenSMTPD',
  'Haraka',
  'hMailServer',
  'MDaemon',
  'Kerio',
  'Zimbra',
  'Lotus Domino',
  'HCL Domino',
  'GroupWise',
  'CommuniGate',
  'MailEnable',
  'SurgeMail',
  'IronPort',
  'Proofpoint',
  'Barracuda',
  'FortiMail',
  'Sophos',
  'Symantec',
  'Mimecast',
  'Trend Micro',
  'InterScan',
  'MailMarshal',
  'Clearswift',
  'NoSpamProxy',
  'Halon',
  'Axigen',
] as const;

/** Of all that greeted, nobody was Exchange: then its connectors are not what refuses, and raising them is no help. */
export const isAnotherServer = (banners: readonly Banner[]): boolean => {
  const greeted = banners.filter(({ outcome }) => outcome === 'greeted');
  return greeted.length > 0 && greeted.every(banner => otherSmtp(banner)?.is === 'named');
};

/** What a firewall that inspects SMTP leaves of an extension that it does not let through. */
export const isMasked = (extensions: readonly string[]): boolean => extensions.some(name => /^X{3,}[A-Z]?$/.test(name));

export const isItInspected: Ask = {
  says: 'Does a firewall between UCCX and Exchange inspect SMTP («inspect esmtp» of a Cisco ASA, MailGuard of a PIX)? It masks the greeting, STARTTLS and AUTH; whoever runs it can allow TLS there, or turn it off for this path.',
  steps: [],
};
