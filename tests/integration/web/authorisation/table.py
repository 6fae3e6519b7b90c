"""What is expected: each route about each object by each role. A route that is not listed here turns the tests red.

The first five callers are persons, by their cookie at the desk and by a token of theirs; ``204/403`` where the two
differ. With a star: a token that stands for no agent. The agent is Mina; the objects are those of ``seeding``. Whoever
adds a route says here who may do what, about each object that differs for somebody:

- what an agent may not see is a 404, as if it did not exist; what a role may not do at all is a 403;
- a marketer reads no conversation and nothing that was said;
- who has not proved who she is gets a 401, whatever she asks.
"""

TABLE = """
#                                                              nobody  agent   lead    market. admin   │ lead* m.* adm*
POST   /sign-in                                              │ 200     200     200     200     200     │ 200  200  200
POST   /sign-out                                             │ 401     204/403 204/403 204/403 204/403 │ 403  403  403
POST   /sign-out-everywhere                                  │ 401     204     204     204     204     │ 403  403  403
GET    /me                                                   │ 401     200     200     200     200     │ 200  200  200
PATCH  /me                                                   │ 401     200     200     200     200     │ 403  403  403
POST   /me/password                                          │ 401     204     204     204     204     │ 403  403  403
POST   /me/totp                                              │ 401     200     200     200     200     │ 403  403  403
POST   /me/totp/confirm                                      │ 401     409     409     409     409     │ 403  403  403
POST   /me/totp/remove                                       │ 401     204     204     204     204     │ 403  403  403
GET    /me/sign-ins                                          │ 401     200     200     200     200     │ 403  403  403
DELETE /me/sign-ins/{id}  own                                │ 401     204     204     204     204     │ 403  403  403
    another's                                                │ 401     404     404     404     404     │ 403  403  403
GET    /push-key                                             │ 401     200     200     200     200     │ 200  200  200
PUT    /me/push                                              │ 401     204/403 204/403 204/403 204/403 │ 403  403  403
# 404: the agent's browser alone is subscribed.
DELETE /me/push                                              │ 401     204/403 404/403 404/403 404/403 │ 403  403  403
GET    /customers                                            │ 401     200     200     200     200     │ 200  200  200
POST   /customers                                            │ 401     201     201     403     201     │ 201  403  201
GET    /customers/{id}  hers, theirs                         │ 401     200     200     200     200     │ 200  200  200
    none                                                     │ 401     404     404     404     404     │ 404  404  404
PATCH  /customers/{id}  hers, theirs                         │ 401     200     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
GET    /customers/{id}/changes  hers, theirs                 │ 401     200     200     200     200     │ 200  200  200
    none                                                     │ 401     404     404     404     404     │ 404  404  404
GET    /customers/{id}/history  hers, theirs                 │ 401     200     200     200     200     │ 200  200  200
    none                                                     │ 401     404     404     404     404     │ 404  404  404
GET    /search                                               │ 401     200     200     200     200     │ 200  200  200
GET    /conversations                                        │ 401     200     200     403     200     │ 200  403  200
GET    /conversations/{id}  hers, mates, waits, named, done  │ 401     200     200     403     200     │ 200  403  200
    theirs, afar, nobodys, gone                              │ 401     404     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
GET    /conversations/{id}/interactions
    hers, mates, waits, named, done                          │ 401     200     200     403     200     │ 200  403  200
    theirs, afar, nobodys, gone                              │ 401     404     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/read
    hers, mates, waits, named, done                          │ 401     204     204     403     204     │ 403  403  403
    theirs, afar, nobodys, gone                              │ 401     404     204     403     204     │ 403  403  403
    none                                                     │ 401     404     404     403     404     │ 403  403  403
GET    /conversations/{id}/decisions
    hers, mates, waits, named, done                          │ 401     200     200     403     200     │ 200  403  200
    theirs, afar, nobodys, gone                              │ 401     404     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
GET    /conversations/{id}/ways
    hers, mates, waits, named, done                          │ 401     200     200     403     200     │ 200  403  200
    theirs, afar, nobodys, gone                              │ 401     404     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
# 503: whoever is an agent takes it first, and nobody routes here; test_acting has who may.
POST   /conversations/{id}/messages  hers                    │ 401     202     503     403     503     │ 202  403  202
    mates, named                                             │ 401     409     503     403     503     │ 202  403  202
    waits                                                    │ 401     503     503     403     503     │ 202  403  202
    theirs, afar, nobodys                                    │ 401     404     503     403     503     │ 202  403  202
    done                                                     │ 401     409     409     403     409     │ 409  403  409
    gone                                                     │ 401     404     409     403     409     │ 409  403  409
    none                                                     │ 401     404     404     403     404     │ 404  403  404
# The rest is decided by routing, which sees who asks: see test_acting.
POST   /conversations/{id}/notes
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/accept
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/assign
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/decline
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/resolve
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/snooze
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/reopen
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/split
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /conversations/{id}/join
    hers, mates, waits, named, done                          │ 401     202     202     403     202     │ 202  403  202
    theirs, afar, nobodys, gone                              │ 401     404     202     403     202     │ 202  403  202
    none                                                     │ 401     404     404     403     404     │ 404  403  404
# Of what nothing was done to; test_web_rearranging has whoever does not see both.
POST   /conversations/{id}/undo
    hers, mates, waits, named, done                          │ 401     422     422     403     422     │ 422  403  422
    theirs, afar, nobodys, gone                              │ 401     404     422     403     422     │ 422  403  422
    none                                                     │ 401     404     404     403     404     │ 404  403  404
GET    /conversations/{id}/rearrangements
    hers, mates, waits, named, done                          │ 401     200     200     403     200     │ 200  403  200
    theirs, afar, nobodys, gone                              │ 401     404     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
POST   /messages                                             │ 401     202     202     403     202     │ 202  403  202
GET    /outcomes/{event_id}
    hers, mates, waits, named, done, theirs, afar, nobodys,
    gone, none, written hers, written theirs                 │ 401     200     200     403     200     │ 200  403  200
POST   /files                                                │ 401     201     201     403     201     │ 201  403  201
GET    /interactions/{id}/media/{position}  hers, theirs     │ 401     200     200     403     200     │ 200  403  200
    none                                                     │ 401     404     404     403     404     │ 404  403  404
GET    /templates                                            │ 401     200     200     403     200     │ 200  403  200
GET    /canned-answers                                       │ 401     200     200     403     200     │ 200  403  200
POST   /canned-answers                                       │ 401     403     201     403     201     │ 201  403  201
PATCH  /canned-answers/{id}  one                             │ 401     403     200     403     200     │ 200  403  200
    none                                                     │ 401     403     404     403     404     │ 404  403  404
DELETE /canned-answers/{id}  one                             │ 401     403     204     403     204     │ 204  403  204
    none                                                     │ 401     403     404     403     404     │ 404  403  404
GET    /agents                                               │ 401     200     200     200     200     │ 200  200  200
POST   /agents                                               │ 401     403     403     403     201     │ 403  403  201
GET    /agents/{id}  herself                                 │ 401     200     200     200     200     │ 404  404  404
    another                                                  │ 401     200     200     200     200     │ 200  200  200
    none                                                     │ 401     404     404     404     404     │ 404  404  404
PATCH  /agents/{id}  herself                                 │ 401     403     403     403     200     │ 403  403  404
    another                                                  │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
POST   /agents/{id}/presence  herself                        │ 401     200     200     403     200     │ 404  403  404
    another                                                  │ 401     403     200     403     200     │ 200  403  200
    none                                                     │ 401     403     404     403     404     │ 404  403  404
POST   /agents/{id}/password  herself                        │ 401     403     403     403     200     │ 403  403  404
    another                                                  │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
GET    /teams                                                │ 401     200     200     200     200     │ 200  200  200
POST   /teams                                                │ 401     403     403     403     201     │ 403  403  201
GET    /teams/{id}  one                                      │ 401     403     200     403     200     │ 200  403  200
    none                                                     │ 401     403     404     403     404     │ 404  403  404
PATCH  /teams/{id}  one                                      │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
DELETE /teams/{id}  one                                      │ 401     403     403     403     204     │ 403  403  204
    none                                                     │ 401     403     403     403     404     │ 403  403  404
GET    /tokens                                               │ 401     403     403     403     200     │ 403  403  200
POST   /tokens                                               │ 401     403     403     403     201     │ 403  403  201
DELETE /tokens/{id}  one                                     │ 401     403     403     403     204     │ 403  403  204
    none                                                     │ 401     403     403     403     404     │ 403  403  404
GET    /adapters                                             │ 401     403     403     403     200     │ 403  403  200
GET    /accounts                                             │ 401     403     403     403     200     │ 403  403  200
# 409: there is one of that name.
POST   /accounts                                             │ 401     403     403     403     409     │ 403  403  409
PATCH  /accounts/{adapter}/{name}  one                       │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
POST   /accounts/{adapter}/{name}/check  one                 │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
GET    /accounts/{adapter}/{name}/exchanges  one             │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
GET    /wall                                                 │ 401     403     200     403     200     │ 200  403  200
GET    /health                                               │ 401     403     403     403     200     │ 403  403  200
GET    /dead-events                                          │ 401     403     403     403     200     │ 403  403  200
GET    /dead-events/{number}  one                            │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
POST   /dead-events/{number}/retry  one                      │ 401     403     403     403     409     │ 403  403  409
    none                                                     │ 401     403     403     403     404     │ 403  403  404
POST   /dead-events/{number}/drop  one                       │ 401     403     403     403     200     │ 403  403  200
    none                                                     │ 401     403     403     403     404     │ 403  403  404
GET    /live                                                 │ 401     400     400     403     400     │ 400  403  400
"""

SEEN = {"agent": "hers mates waits named done", "lead": "*", "admin": "*"}
"""The conversations that a list holds for each role; ``*`` is every one."""

SHOWS = {
    "GET /customers": ("person", {"agent": "*", "lead": "*", "marketer": "*", "admin": "*"}),
    "GET /customers/{id}": ("person", {"agent": "*", "lead": "*", "marketer": "*", "admin": "*"}),
    # The whole person: whatever passed with her on every channel, also with other teams.
    "GET /customers/{id}/history": ("said", {"agent": "*", "lead": "*", "admin": "*"}),
    "GET /interactions/{id}/media/{position}": ("said", {"agent": "*", "lead": "*", "admin": "*"}),
    "GET /search": ("said person", {"agent": "*", "lead": "*", "marketer": "*", "admin": "*"}),
    "GET /conversations": ("said person", SEEN),
    "GET /conversations/{id}": ("said person", SEEN),
    "GET /conversations/{id}/interactions": ("said", SEEN),
    "GET /conversations/{id}/decisions": ("said", SEEN),
    "GET /outcomes/{event_id}": ("said person", SEEN),
    "GET /wall": ("person", {"lead": "hers mates named theirs", "admin": "hers mates named theirs"}),
    "GET /canned-answers": ("canned", {"agent": "hers", "lead": "hers theirs", "admin": "hers theirs"}),
    "PATCH /canned-answers/{id}": ("canned", {"lead": "hers", "admin": "hers"}),
}
"""Of which objects an answer shows what kind of words, by role; of what is not named here it shows none."""

HEARD_BY_NO_MARKETER = "said"
"""The kind of words that no answer to a marketer holds, whatever stands above."""

PAGES = frozenset({"/", "/desk", "/desk/{path}", "/api/docs", "/api/events", "/api/reference/{name}"})
"""Open to everybody beside what stands in ``OPENED``: plain files that are the same for all."""
