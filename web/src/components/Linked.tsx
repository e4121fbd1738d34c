import { webAddress } from '../app/text.ts';

// What ends a sentence after an address is not part of it.
const addresses = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

/** Text from outside in which addresses of the web are links, named by where they really lead. */
export function Linked({ text }: { text: string }) {
  return text.split(addresses).map((part, index) => {
    const address = index % 2 === 1 ? webAddress(part) : null;
    return address ? (
      <a key={index} href={address} target="_blank" rel="noopener noreferrer" className="address">
        {address}
      </a>
    ) : (
      part
    );
  });
}
