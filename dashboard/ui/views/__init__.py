"""What each page shows, put together: questions to the store, figures by `measure`, sentences; one file a page."""
