"""Review (审查): decides whether an edition may be published.

It owns cases, findings and decisions, hears `document.submitted`, and announces how each case goes up to
`document.approved` with the signed approval that publish demands. Screening helps; people decide.
"""
