import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ConfigError } from '../domain/errors.js';

/** A public key with its name, which follows from the key alone: nobody gives it, so nobody gives one name to two keys. */
export type PublicKey = { id: string; key: KeyObject; text: string };
export type SigningKey = PublicKey & { privateKey: KeyObject };

/** Ed25519 as one line: what a person copies from one machine to another. */
const PUBLIC_TEXT = /^ed25519:([A-Za-z0-9_-]{43})$/;
export const isPublicText = (text: string): boolean => PUBLIC_TEXT.test(text);

/** The name that logs and people call a key by: 64 bits of its SHA-256, in signs that a command line takes for nothing else. */
const idOf = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex').slice(0, 16);

/** Null where the text is no key. */
export const readPublicKey = (text: string): PublicKey | null => {
  const x = PUBLIC_TEXT.exec(text)?.[1];
  if (!x) return null;
  try {
    return publicOf(createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }));
  } catch {
    return null; // not every 32 bytes are a key
  }
};

/** A private key as `openssl genpkey -algorithm ed25519` writes it too. What is thrown names `from`, never what stands there. */
export const readSigningKey = (pem: string, from: string): SigningKey => {
  try {
    // An environment variable often has its line ends written out.
    const privateKey = createPrivateKey(pem.includes('\n') ? pem : pem.replaceAll('\\n', '\n'));
    if (privateKey.asymmetricKeyType === 'ed25519') return { ...publicOf(createPublicKey(privateKey)), privateKey };
  } catch {
    // the reason of OpenSSL says nothing that the sentence below does not
  }
  throw new ConfigError(`${from} holds no private Ed25519 key in PEM; expected what «uccx-doctor keys create» makes`, {
    from,
  });
};

export const makeSigningKey = (): { pem: string; key: SigningKey } => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { pem, key: readSigningKey(pem, 'the new key') };
};

const publicOf = (key: KeyObject): PublicKey => {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { id: idOf(raw), key, text: `ed25519:${raw.toString('base64url')}` };
};
