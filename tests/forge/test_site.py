from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.errors import UsageError
from errwatch.forge.site import Site, site_of


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/acme/shop.git",
        "https://github.com/acme/shop",
        "https://github.com/acme/shop/",
        "https://user:secret@github.com/acme/shop.git",
        "git@github.com:acme/shop.git",
        "ssh://git@github.com/acme/shop.git",
        "ssh://git@ssh.github.com:443/acme/shop.git",
    ],
)
def test_a_remote_of_github_names_its_repository(remote: str) -> None:
    site = site_of(remote)
    assert site == Site("https://github.com", "acme/shop")
    assert site.api == "https://api.github.com"
    assert site.clone_url == "https://github.com/acme/shop.git"
    assert (site.name, site.owner) == ("github.com/acme/shop", "acme")


@pytest.mark.parametrize(
    "remote",
    [
        "/srv/git/shop.git",
        "../shop",
        "file:///srv/shop.git",
        "https://gitlab.com/acme/shop.git",
        "https://github.com.evil.invalid/acme/shop.git",
        "https://github.com@evil.invalid/acme/shop.git",
        "https://github.com/acme",
        "https://github.com/acme/shop/extra",
        "git@github.com:acme/../shop",
        "",
    ],
)
def test_what_is_not_on_github_is_not_taken_for_it(remote: str) -> None:
    assert site_of(remote) is None


def test_an_enterprise_server_has_its_api_below_itself() -> None:
    site = site_of("git@git.acme.example:acme/shop.git", "https://git.acme.example")
    assert site is not None
    assert site.api == "https://git.acme.example/api/v3"
    assert Site("https://acme.ghe.com", "a/b").api == "https://api.acme.ghe.com"


@pytest.mark.parametrize(
    "web",
    [
        "http://github.com",
        "ftp://github.com",
        "github.com",
        "https://user@github.com",
        "https://github.com?x=1",
    ],
)
def test_a_token_is_only_sent_where_it_is_safe(web: str) -> None:
    with pytest.raises(UsageError, match=r"forge\.url"):
        Site(web, "acme/shop")


def test_this_machine_needs_no_encryption() -> None:
    assert Site("http://127.0.0.1:8080", "acme/shop").api == "http://127.0.0.1:8080/api/v3"


@pytest.mark.parametrize("repository", ["acme", "a/b/c", "../x", "a/b c", "-/", "a/..", ""])
def test_a_repository_is_owner_and_name(repository: str) -> None:
    with pytest.raises(UsageError, match=r"forge\.repository"):
        Site("https://github.com", repository)


@given(st.text(alphabet="githubcom@:/.~ -acmeshop", max_size=40))
def test_whatever_a_remote_is_it_is_read(remote: str) -> None:
    site = site_of(remote)
    assert site is None or site.host == "github.com"
