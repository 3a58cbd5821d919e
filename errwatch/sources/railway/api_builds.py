"""Deployments and their build logs, through the API."""

from __future__ import annotations

from errwatch.sources.entries import Entry
from errwatch.sources.railway.builds import LATEST, Deployment
from errwatch.sources.railway.entries import of_build, of_log
from errwatch.sources.railway.logs import PAGE, Railway

DEPLOYMENTS = """query deployments($input: DeploymentListInput!, $first: Int) {
  deployments(input: $input, first: $first) {
    edges { node { id status createdAt serviceId } }
  }
}"""

BUILD = """query build($deploymentId: String!, $limit: Int) {
  buildLogs(deploymentId: $deploymentId, limit: $limit) {
    timestamp message severity
    tags { serviceId deploymentId deploymentInstanceId }
    attributes { key value }
  }
}"""


class ApiBuilds:
    """Implements `errwatch.sources.railway.builds.Origin`, for what `logs` reads."""

    def __init__(self, logs: Railway) -> None:
        self._logs = logs
        self._api = logs.api
        self.name = logs.name

    def deployments(self) -> list[Deployment]:
        with self._api.client() as client:
            target = self._logs.target(client)
            wanted = {"projectId": target.project, "environmentId": target.environment}
            if target.service:
                wanted["serviceId"] = target.service
            found = self._api.ask(client, DEPLOYMENTS, input=wanted, first=LATEST)
        try:
            connection = found["deployments"]
            nodes = [edge["node"] for edge in connection["edges"]]  # type: ignore[index]
            return [Deployment.of(node) for node in nodes if target.has(node["serviceId"])]
        except (KeyError, TypeError, ValueError) as error:
            raise self._api.strange() from error

    def build_log(self, deployment: Deployment) -> list[Entry]:
        with self._api.client() as client:
            found = self._api.ask(client, BUILD, deploymentId=deployment.id, limit=PAGE)
        rows = found.get("buildLogs")
        if not isinstance(rows, list):
            raise self._api.strange()
        try:
            return of_build(deployment.id, deployment.ns, map(of_log, rows))
        except ValueError as error:
            raise self._api.strange() from error

    def pause(self) -> float:
        return self._api.budget.pause()
