import { Upload } from '../../domain/upload.js';
import type { Uploads } from '../../intake/ports.js';
import type { Limits } from '../store.js';

export const memoryUploads = ({ historyMs, uploadCount }: Limits): Uploads => {
  let noted: Upload[] = [];
  return {
    note: async upload => {
      const others = noted.filter(({ run }) => run !== upload.run);
      noted = [Upload.parse(structuredClone(upload)), ...others]
        .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
        .filter(({ at }, _, [newest]) => Date.parse(newest?.at ?? at) - Date.parse(at) <= historyMs)
        .slice(0, uploadCount);
    },
    latest: async () => structuredClone(noted),
  };
};
