// @ts-check
// Detects links whose text looks like an address of another host than their target's.

const SCHEME = /^[^\p{L}\p{N}]*([a-z][a-z+.-]*:\/\/.*)$/iu;
const NOT_OF_A_HOST = /[^\p{L}\p{N}\p{M}._-]+/u;
const INVISIBLE = /\p{Cf}/gu;
const DOTS = /[\u3002\uff0e\uff61\u2024]/gu;
const NUMBERS = /^\d{1,3}(?:\.\d{1,3}){3}$/u;

/** @param {string} words @param {URL} url @returns {string} the host to show; empty if the text does not mislead */
export function realHost(words, url) {
  const mail = url.protocol === "mailto:";
  const real = mail ? url.pathname.slice(url.pathname.lastIndexOf("@") + 1) : url.hostname;
  // The part before an @ is a user name, even if it looks like a host.
  if (url.username) return real;
  const shown = words.replace(INVISIBLE, "").replace(DOTS, ".");
  return shown.split(/\s+/u).some((word) => misleads(word, plain(real), mail)) ? real : "";
}

/** @param {string} word @param {string} real @param {boolean} mail */
function misleads(word, real, mail) {
  const address = SCHEME.exec(word)?.[1];
  if (address) return hostOf(address) !== real;
  const hosts = (mail ? word.slice(word.lastIndexOf("@") + 1) : word).split(NOT_OF_A_HOST).filter(looksLikeHost).map((piece) => hostOf(`http://${piece}`));
  // If the first host is right, the rest is its path, which may contain dots.
  return hosts.length > 0 && hosts[0] !== real;
}

/** @param {string} piece */
function looksLikeHost(piece) {
  const labels = piece.replace(/^[._-]+|[._-]+$/gu, "").split(".");
  return labels.length > 1 && (NUMBERS.test(piece) || !/^(?:\d*|.)$/u.test(labels[labels.length - 1]));
}

/** @param {string} address @returns {string} as a browser would write it */
function hostOf(address) {
  try {
    return plain(new URL(address).hostname);
  } catch {
    return address;
  }
}

/** @param {string} host */
const plain = (host) => host.toLowerCase().replace(/^www\./u, "");
