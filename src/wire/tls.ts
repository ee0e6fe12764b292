import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { Trust } from '../domain/target.js';
import { authoritiesFor } from './authorities.js';
import { type CertificateFacts, carriesName, judgeTrust, readCertificate } from './certificate.js';
import { limit } from './countdown.js';
import type { Ending } from './ending.js';
import { quote } from './quote.js';

export type Handshake =
  | {
      is: 'established';
      stream: TLSSocket;
      protocol: string | null;
      cipher: string | null;
      certificate: CertificateFacts | null;
      nameMatches: boolean | null;
      trusted: boolean | null;
      trustProblem: string | null;
      /** For NTLM; asked for here, for the certificate of a client's session can be had from Node only once. */
      channelBinding: Buffer | null;
    }
  /** `aboutVersion`: a server that knows only TLS 1.0 or 1.1 would fail like this. */
  | { is: 'failed' | 'closed' | 'silent'; text: string | null; aboutVersion: boolean };

export type TlsOptions = {
  /** The name that the certificate must carry; also sent as SNI. */
  name: string;
  trust: Trust;
  /** TLS 1.0 and 1.1 with what ciphers they had, in place of 1.2 and later. */
  old: boolean;
  ms: number;
  signal: Ending;
};

/**
 * Encrypts a connection whoever answers, so that everything can be looked at, and says what the certificate is worth.
 * Whether a login may follow is decided by who sends one. Throws nothing but the signal's reason.
 */
export const shakeHands = async (stream: Duplex, { name, trust, old, ms, signal }: TlsOptions): Promise<Handshake> => {
  const { context, problem } = await authoritiesFor(trust, old ? OLD : MODERN);
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      stream.destroy();
      return reject(signal.reason);
    }
    const secured = connect({
      socket: stream,
      ...(isIP(name) ? {} : { servername: name }),
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined, // The name is judged apart from the chain.
      secureContext: context,
    });
    // Node reads the whole chain for `checkServerIdentity`, a quarter of a handshake's processor time; here the name is judged by X509Certificate.
    secured.getPeerCertificate = () => ({}) as DetailedPeerCertificate;
    const leave = () => {
      callOff();
      signal.removeEventListener('abort', cut);
      secured.off('secureConnect', ready).off('close', closed);
    };
    const fail = (failure: Handshake) => {
      leave();
      secured.destroy();
      stream.destroy();
      resolve(failure);
    };
    const cut = () => {
      leave();
      secured.destroy();
      stream.destroy();
      reject(signal.reason);
    };
    const closed = () => fail({ is: 'closed', text: null, aboutVersion: true });
    const ready = () => {
      leave();
      resolve({ is: 'established', stream: secured, ...lookedAt(secured, name, trust, problem) });
    };
    const callOff = limit(ms, () => fail({ is: 'silent', text: null, aboutVersion: false }));
    signal.addEventListener('abort', cut);
    // This listener stays: a reset between two steps must not end the process.
    secured.on('error', (error: TlsError) => fail(failureOf(error)));
    secured.once('secureConnect', ready).once('close', closed);
  });
};

const MODERN = { minVersion: 'TLSv1.2' } as const;
/** OpenSSL 3 signs nothing with SHA-1, as both versions must, above security level 0. */
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

const lookedAt = (secured: TLSSocket, name: string, trust: Trust, problem: string | null) => {
  const certificate = secured.getPeerX509Certificate();
  const session = { protocol: secured.getProtocol(), cipher: secured.getCipher()?.name ?? null };
  if (!certificate) {
    return {
      certificate: null,
      nameMatches: null,
      trusted: null,
      trustProblem: null,
      channelBinding: null,
      ...session,
    };
  }
  const { sha256, facts, binding } = readCertificate(certificate);
  const chainProblem = secured.authorized ? null : quote(problem ?? String(secured.authorizationError));
  return {
    certificate: facts,
    nameMatches: carriesName(certificate, name),
    channelBinding: binding,
    ...session,
    ...judgeTrust(sha256, trust, chainProblem),
  };
};

type TlsError = NodeJS.ErrnoException & { reason?: string };
/** Old Schannel hangs up where OpenSSL sends an alert, so an end without a word may also be about the version. */
const ABOUT_VERSION =
  /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION|HANDSHAKE_FAILURE|INTERNAL_ERROR|ECONNRESET/;
const failureOf = (error: TlsError): Handshake => {
  const code = error.code ?? 'failed';
  return {
    is: code === 'ECONNRESET' ? 'closed' : 'failed',
    text: quote(error.reason ? `${error.reason} (${code})` : code),
    aboutVersion: ABOUT_VERSION.test(code),
  };
};
