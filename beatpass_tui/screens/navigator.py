"""Open and close the app's screens."""

from importlib import import_module

from textual.app import App
from textual.screen import Screen

from beatpass_tui.screens.context import ScreenContext
from beatpass_tui.screens.page import Page
from beatpass_tui.screens.status_screen import StatusScreen
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Severity


class Navigator:
    """The screens of an app: Home at the bottom, at most one other page above it.

    Pages are created when they are first opened, and keep their cursors.
    """

    def __init__(self, app: App[None], context: ScreenContext, home: Page) -> None:
        self._app = app
        self._context = context
        self.home = home
        self._pages: dict[str, Page] = {}

    @property
    def page(self) -> Page | None:
        """The current page; None if another screen covers it, or the app has ended."""
        match self._app.screen_stack:
            case [*_, Page() as page]:
                return page
        return None

    def _get_page(self, name: str) -> Page:
        if name not in self._pages:
            module = import_module(f"beatpass_tui.screens.{name}")
            page_class: type[Page] = getattr(module, name.capitalize())
            self._pages[name] = page_class(self._context, self.home.session)
            self._app.install_screen(self._pages[name], name)
        return self._pages[name]

    async def open_page(self, name: str, view: str = "") -> None:
        """Open a page of the dashboard, unless another screen covers the current page."""
        if self.page is None:
            return
        self.page.came_from = ""
        if name == self.home.info.name:
            if self.page is not self.home:
                await self._app.pop_screen()
        elif self.page is self.home:
            await self._app.push_screen(self._get_page(name))
        elif self.page is not self._get_page(name):
            await self._app.switch_screen(self._get_page(name))
        if view:
            self._get_page(name).show_view(view)

    async def open_item(self, page: str, id: int, name: str | None) -> None:
        """Open a page with the detail of a beat or an album; Esc returns to the current page."""
        origin = self.page
        await self.open_page(page)
        if origin is not None and self.page is self._get_page(page):
            self.page.show_item(id, name)
            if origin is not self.page:
                self.page.came_from = origin.info.name

    async def show_session(self, session: Session) -> None:
        """Show another session and its navigation entries on all pages."""
        await self.home.show_entries()
        for page in (self.home, *self._pages.values()):
            page.attach(session)

    async def reset(self, screen: Screen[None]) -> None:
        """Replace all pages with a screen, and clear Home below it."""
        self.home.attach(None)
        pages, self._pages = self._pages, {}
        with self._app.batch_update():
            while len(self._app.screen_stack) > 1:
                await self._app.pop_screen()
            for name, page in pages.items():
                self._app.uninstall_screen(name)
                if page.is_attached:
                    await page.remove()
            await self._app.push_screen(screen)

    async def close(self, screen: Screen[None]) -> None:
        """Close a screen and any screen above it, such as the help."""
        while screen in self._app.screen_stack:
            await self._app.pop_screen()

    def show_message(self, text: str, severity: Severity = Severity.GOOD) -> None:
        """Show a message in the status line, if the screen has one.

        A worker can end after the app has removed its screens.
        """
        match self._app.screen_stack:
            case [*_, StatusScreen() as screen]:
                screen.show_message(text, severity)
