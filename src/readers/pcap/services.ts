import type { Leg } from '../../domain/evidence/evidence.js';

/** Ports whose conversations are followed. On 993 everything is encrypted from the first byte, so only the connections are counted. */
const SERVICES: Readonly<Record<number, { leg: Leg; isOpaque: boolean }>> = {
  25: { leg: 'smtp', isOpaque: false },
  143: { leg: 'imap', isOpaque: false },
  587: { leg: 'smtp', isOpaque: false },
  993: { leg: 'imap', isOpaque: true },
  7080: { leg: 'notify', isOpaque: false },
};

export const serviceOf = (port: number) => SERVICES[port] ?? null;

/** Not zero for each of them. */
export const followedPorts = (): Uint8Array => {
  const ports = new Uint8Array(65_536);
  for (const port of Object.keys(SERVICES)) ports[Number(port)] = 1;
  return ports;
};
