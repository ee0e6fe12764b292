/** Why a file cannot be read, in words, by the code that the system gave. */
export const whyText = (code: string | undefined): string => {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read it';
    case 'EISDIR':
      return 'it is a folder';
    case 'ELOOP':
      return 'its links lead in a circle';
    default:
      return code ?? 'unknown reason';
  }
};
