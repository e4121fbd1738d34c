import { useEffect, useState } from 'react';

/**
 * Whether the page has been seen and had the focus for so many milliseconds. A click that was meant for what was there before, or
 * the second one of a double click, decides nothing.
 */
export function useSettled(milliseconds: number): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      window.clearTimeout(timer);
      setSettled(false);
      if (document.visibilityState === 'visible' && document.hasFocus()) {
        timer = window.setTimeout(() => setSettled(true), milliseconds);
      }
    };
    look();
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [milliseconds]);
  return settled;
}
