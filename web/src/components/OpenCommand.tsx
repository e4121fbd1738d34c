/** How the owner gets a link that signs in once. */
export function OpenCommand() {
  return (
    <>
      <p>On the machine that runs Switchboard, in the folder that you start it from, run:</p>
      <pre>
        <code>./switchboard open</code>
      </pre>
      <p className="quiet">
        If you start the server by another name, or with <code>--data-dir</code>, use the same here.
      </p>
    </>
  );
}
