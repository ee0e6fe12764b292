import { type Zone, zoneNamed } from '../domain/digest-when.js';
import type { Messenger, Question } from './ports.js';

/** The time zone of whoever asks, as their profile has it. */
export const zoneOfAsker = async (
  messenger: (platform: string) => Messenger,
  { to }: Question,
  otherwise: Zone,
): Promise<Zone> => {
  const zone = await messenger(to.platform).zoneOf?.(to);
  return (zone ? zoneNamed(zone) : null) ?? otherwise;
};
