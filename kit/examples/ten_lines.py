from gongkai_kit import DocumentPublished, DocumentWithdrawn, Event, Mailbox

mailbox = Mailbox.from_env()


@mailbox.on(DocumentPublished)
async def published(event: Event[DocumentPublished]) -> None:
    print("published", event.data.index_no, event.data.href, flush=True)


@mailbox.on(DocumentWithdrawn)
async def withdrawn(event: Event[DocumentWithdrawn]) -> None:
    print("remove", event.data.document_id, "up to edition", event.data.edition, flush=True)


if __name__ == "__main__":
    mailbox.run()
