import { Link } from '../app/router.tsx';
import { Page } from '../components/Page.tsx';

export function NotFoundPage() {
  return (
    <Page title="There is no such page" lede="The address may be misspelt, or the page was moved.">
      <Link to="/accounts" className="button">
        Go to your accounts
      </Link>
    </Page>
  );
}
