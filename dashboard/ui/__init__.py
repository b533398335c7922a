"""How a screen works: menu, filters, cache, components and forms. The only room, with the pages, that knows Streamlit."""
