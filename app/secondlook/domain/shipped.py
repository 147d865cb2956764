"""What ships with the program, by hash. Written by packaging/shipped.py, never by hand."""

from typing import NamedTuple


class ShippedPolicy(NamedTuple):
    """``sha256``: of the policy's canonical form."""

    id: str
    version: int
    sha256: str


class ShippedModel(NamedTuple):
    """``sha256``: of the model's file; ``card_sha256``: of its card's canonical form."""

    name: str
    version: str
    sha256: str
    card_sha256: str


POLICIES: tuple[ShippedPolicy, ...] = (
    ShippedPolicy(
        id="archive-newsroom",
        version=1,
        sha256="96278a71e729ac40e1929c431a53df678b60382e01c489f72a2ff2b55a910005",
    ),
    ShippedPolicy(
        id="archive-newsroom",
        version=2,
        sha256="6dbda3c818cc16277a8002dc05beb684a6f97e6b0273c3b69eca7efd8034b937",
    ),
    ShippedPolicy(
        id="archive-newsroom",
        version=3,
        sha256="a3567b874f0380532f61ad9f93f74ca42c1f87617ced9382be14c7e3775ff05d",
    ),
    ShippedPolicy(
        id="demonstration",
        version=1,
        sha256="8ce893751553e1ada5a59632f7fe0141aac7bac02a56f3cae5d31691d705a5c8",
    ),
    ShippedPolicy(
        id="high-stakes",
        version=1,
        sha256="8198a10823baf205c4dfd24de52fc8a687b18e5dfe98aea119a07501f5d693b0",
    ),
    ShippedPolicy(
        id="high-stakes",
        version=2,
        sha256="89cd2453cd0e242a989df1b4f3bfe8e2357932b26d6eafa889bbe5eafc1bf6b7",
    ),
    ShippedPolicy(
        id="high-stakes",
        version=3,
        sha256="df5406e30f94cb122fff89642fa63c1e2f3a7508eb15220bdcf4365e609c601d",
    ),
    ShippedPolicy(
        id="high-stakes",
        version=4,
        sha256="090706b50651cc4aa9954e816986e3fcd07e8a79a8001c350cf5c6d95250ca66",
    ),
    ShippedPolicy(
        id="missing-person",
        version=1,
        sha256="47a3feb1e188ce4104641e535e25e04540b989040fe819c2163c5e3e86d01ed4",
    ),
    ShippedPolicy(
        id="missing-person",
        version=2,
        sha256="198e7fe2230e5a713e6f1e339758ac8f924201978634d7ee089f0c7381af7575",
    ),
    ShippedPolicy(
        id="missing-person",
        version=3,
        sha256="9f6264f55f523f4ec12bb4ed6a1496a8308a33612be65d7e2353f151d15f4796",
    ),
    ShippedPolicy(
        id="missing-person",
        version=4,
        sha256="503a40a12425bf3639831af542cb6e72220b8c213383037a2e1bb6d4e9a37610",
    ),
)
"""Every version that ever shipped."""

MODELS: tuple[ShippedModel, ...] = (
    ShippedModel(
        name="mobilefacenet-foamliu",
        version="1",
        sha256="e0974ec4c84ae30781e9b0a320c37c6705944d4532bfa9fb0c083755b19dde14",
        card_sha256="3fc2abdd186524734baf4f892cd29ca27e0b87c5bdf8caa88b82750135aed917",
    ),
    ShippedModel(
        name="reid-retail-0095",
        version="0095",
        sha256="0fda9f4fb4bd3e3957392c89cc08f6083599de825946de166ab90add1a08a540",
        card_sha256="8366f22e235043b23e72a894ff807514589dcc4feb45eff15dfb98adbee1419e",
    ),
    ShippedModel(
        name="secondlook-mini",
        version="1",
        sha256="ef237d2c9beb7f81a5bca271c6eaaeb4fcf6edf93a381c909d275c7cf36e88c4",
        card_sha256="229a8039c4a4b888a87fd1cbc510c9707f06d0e5936d634cefdcad2888bd8de9",
    ),
    ShippedModel(
        name="secondlook-mini",
        version="2",
        sha256="7dbd4aba5acd67de7dffbe368bb6e1c95f505cdf8b4d384a2016b29db280bf28",
        card_sha256="046e7d5d6f8c79950e83296c3befd0f01dddc8221a23675f252fd8442e894608",
    ),
    ShippedModel(
        name="secondlook-mini-detector",
        version="1",
        sha256="6c9cfda676383a14255413212467a8297423e464aa0a0eb0f47ed78ea77c945d",
        card_sha256="f212bf2fafc07bd1a5963cfba56043cfd8b3cfb207a9db7840f25651cd04c121",
    ),
    ShippedModel(
        name="secondlook-mini-detector",
        version="2",
        sha256="df352fafe49099d9094ea2f7444b12a9dd977a4853c7173ca6cc9b51e20b6b10",
        card_sha256="736858e57ea0e849fc23ea742b4c6fded92f44601a88339911cfff41bb951213",
    ),
    ShippedModel(
        name="secondlook-mini-heads",
        version="1",
        sha256="4effcabc3dbacbeac51af4cc489982278df35b7cdb8bfc43fd82ce547f6e567b",
        card_sha256="b9efe51e5c268d499852a8996c8adcf67cda9304addd2b0c3ba834175e0b4669",
    ),
    ShippedModel(
        name="sface-2021dec",
        version="2021dec",
        sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
        card_sha256="912d8feb18a7b65088b44c7817129d5fda26316711cdf702dab7adbfb5f27478",
    ),
    ShippedModel(
        name="yunet-2023mar",
        version="2023mar",
        sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
        card_sha256="1f463efb456faa1f4d173a96f91abd0acac2e2aa20d59c5736f0cdbeebd8ede4",
    ),
    ShippedModel(
        name="yunet-dynamic",
        version="2023mar-dynamic",
        sha256="daede24002cc8590f457998cc5e6c9e8b82f45f6bd969506a8913cd4ed10a2d3",
        card_sha256="90191936063f561569f734812718df89edd30c5020ed4f05979c10987d80eeeb",
    ),
)
"""Every card that ever shipped."""
