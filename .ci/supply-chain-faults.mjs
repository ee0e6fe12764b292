// What is wrong with what we ship, by the lock file and the bill of materials alone. Pure, so that its tests need no registry.

/** These would run something when they are installed, were scripts not switched off; each is known to work without. */
const KNOWN_SCRIPTS = new Set(['msgpackr-extract', 'tree-sitter-powershell']);

const nameIn = path => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The lock file: everything by content, from the registry, and nothing that would like to run something. */
export const lockFaults = ({ packages }) =>
  Object.entries(packages)
    .filter(([path]) => path !== '')
    .flatMap(([path, { integrity, resolved, hasInstallScript, link }]) => [
      ...(link || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')
        ? [`${path}: no SHA-512 of its content in the lock file`]
        : []),
      ...(resolved && !/^https:/.test(resolved) ? [`${path}: comes from ${resolved}, which is no registry`] : []),
      ...(hasInstallScript && !KNOWN_SCRIPTS.has(nameIn(path))
        ? [`${path}: has an install script that nobody has read`]
        : []),
    ]);

/** Each package that is shipped, `name@version`. */
export const shippedIn = ({ packages }) =>
  new Set(
    Object.entries(packages)
      .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
      .map(([path, { name, version }]) => `${name ?? nameIn(path)}@${version}`),
  );

/** Of npm's bill the part that is shipped. Its own `--omit dev` leaves out what is shipped and needed for the tests besides. */
export const shippedPart = (bom, lock) => {
  const shipped = shippedIn(lock);
  const components = bom.components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
  const refs = new Set([bom.metadata.component['bom-ref'], ...components.map(each => each['bom-ref'])]);
  const dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(each => refs.has(each)) }));
  return { ...bom, components, dependencies };
};

/** The bill: CycloneDX with every package that is shipped and no other, each with what identifies it. */
export const sbomFaults = (bom, lock) => {
  if (bom.bomFormat !== 'CycloneDX' || !/^1\.\d$/.test(bom.specVersion ?? '')) return ['it is no CycloneDX'];
  const listed = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
  const shipped = shippedIn(lock);
  const refs = new Set([bom.metadata.component['bom-ref'], ...bom.components.map(each => each['bom-ref'])]);
  return [
    ...[...shipped].filter(each => !listed.has(each)).map(each => `${each} is shipped and not listed`),
    ...[...listed].filter(each => !shipped.has(each)).map(each => `${each} is listed and not shipped`),
    ...bom.components.flatMap(({ name, version, purl, hashes }) =>
      purl === purlOf(name, version) && hashes?.some(({ alg }) => alg === 'SHA-512')
        ? []
        : [`${name}@${version} has no package URL of its own or no SHA-512`],
    ),
    ...bom.dependencies.flatMap(({ ref, dependsOn = [] }) =>
      [ref, ...dependsOn].filter(each => !refs.has(each)).map(each => `${each} is depended on and not listed`),
    ),
  ];
};

const purlOf = (name, version) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
