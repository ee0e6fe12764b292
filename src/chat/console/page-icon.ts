/** A speech bubble with a pulse in it. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 6a4 4 0 0 1 4-4h16a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H14l-7 6v-6a3 3 0 0 1-3-3z" fill="#0b5cad"/><path d="M7 14h5l2-5 4 9 2-4h5" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>
`;
