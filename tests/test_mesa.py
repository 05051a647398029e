"""The race as a Mesa model: agents, agent sets, batch runs, data collection, the network."""

import gc
import weakref

import mesa
import numpy as np
import pytest

import sim
from sim import Race
from sim.model.agents.labs import Lab, Labs
from sim.record.network import of_race


@pytest.fixture(scope="module")
def one_world():
    """A model of one world after two and a half years."""
    race = Race("as_enacted", worlds=1, rng=3, months=30)
    while race.running:
        race.step()
    return race


def test_agents_have_identity_and_rows(one_world):
    """An agent is a Mesa agent with a name, whose attributes read its row of the block."""
    lab = next(agent for agent in one_world.agents if agent.name == "DeepSeek")
    assert isinstance(lab, mesa.Agent) and isinstance(lab, Lab)
    assert lab.bloc == "China"
    row = one_world.labs.names.index("DeepSeek")
    assert lab.budget == one_world.labs.purchasing.budget[row, 0]
    assert isinstance(lab.capability, float)
    with pytest.raises(AttributeError, match="no attribute 'wealth'"):
        _ = lab.wealth


def test_in_many_worlds_an_attribute_is_an_array():
    """The same attribute in three worlds is three numbers."""
    race = Race("as_enacted", worlds=3, months=2)
    race.step()
    lab = next(iter(race.labs))
    assert lab.budget.shape == (3,)
    assert np.array_equal(lab.budget, race.labs.purchasing.budget[0])


def test_the_agent_set_owns_the_block(one_world):
    """Labs is a Mesa AgentSet, and agents_by_type finds its members."""
    assert isinstance(one_world.labs, Labs) and isinstance(one_world.labs, mesa.agent.AgentSet)
    assert len(one_world.agents_by_type[Lab]) == len(one_world.labs) == 13
    assert len({agent.unique_id for agent in one_world.agents}) == len(one_world.agents)
    assert (one_world.month, one_world.time) == (30, 30)


def test_batch_run_runs_one_world_at_a_time():
    """mesa.batch_run sweeps scenarios and seeds; the same seed gives the same row."""
    rows = mesa.batch_run(
        Race,
        {"scenario": ["as_enacted", "no_controls"], "months": 6},
        rng=[1, 2],
        number_processes=1,
        display_progress=False,
    )
    assert len(rows) == 4
    alone = Race("as_enacted", worlds=1, rng=1, months=6)
    while alone.running:
        alone.step()
    same = next(row for row in rows if (row["scenario"], row["rng"]) == ("as_enacted", 1))
    assert same["frontier"] == float(alone.public_state.frontier[0])


def test_batch_run_draws_new_luck_and_records_it():
    """Without a seed replicates differ, and each can be made again by the one in its row."""
    settings = {"number_processes": 1, "display_progress": False}
    rows = mesa.batch_run(Race, {"months": 3}, rng=[None, None], **settings)
    assert len({row["seed"] for row in rows}) == len({row["frontier"] for row in rows}) == 2
    seeds = [row["seed"] for row in rows]
    again = mesa.batch_run(Race, {"months": 3}, rng=seeds, **settings)
    assert [row["frontier"] for row in again] == [row["frontier"] for row in rows]


def test_batch_run_refuses_several_worlds():
    """In a sentence that says what to do instead."""
    with pytest.raises(ValueError, match=r"this race has 2: leave out worlds and .* sim\.run"):
        mesa.batch_run(
            Race, {"worlds": 2, "months": 1}, rng=1, number_processes=1, display_progress=False
        )


def test_every_agent_can_be_asked_for_a_state():
    """Those whose kind does not have it say NaN."""
    race = Race("as_enacted", rng=3, months=1)
    race.datacollector = mesa.DataCollector(agent_reporters={"chips": "chips"})
    race.step()
    told = race.datacollector.get_agent_vars_dataframe()["chips"].loc[1]
    buyers = [*race.labs, *race.clouds]
    assert told.count() == len(buyers) and len(told) == len(race.agents)
    assert told[buyers[0].unique_id] == race.labs.purchasing.chips[0, 0]


def test_data_collectors_attach(one_world):
    """The model's own collector has a row a month; another can be attached to agents."""
    frame = one_world.datacollector.get_model_vars_dataframe()
    assert list(frame["month"])[:2] == ["2020-01", "2020-02"] and len(frame) == 30
    collector = mesa.DataCollector(agenttype_reporters={Lab: {"capability": "capability"}})
    collector.collect(one_world)
    assert len(collector.get_agenttype_vars_dataframe(Lab)) == 13


def test_the_collector_has_the_outcomes_of_a_run(one_world):
    """All but indices, whose base is a month to come: the same numbers, bit for bit."""
    frame = one_world.datacollector.get_model_vars_dataframe()
    same = sim.run("as_enacted", worlds=1, seed=3, months=30, ensemble="prior").outcomes
    indices = {"value_chips", "value_tools", "value_power", "value_labs", "value_index"}
    assert set(same) - set(frame) == indices
    for name in set(same) & set(frame):
        np.testing.assert_array_equal(frame[name], same[name][:, 0], err_msg=name)
    assert one_world.outcomes["lead_months"] == frame["lead_months"].iloc[-1]
    with pytest.raises(ValueError, match="Mesa collects one world"):
        _ = Race("as_enacted", worlds=2).outcomes


def test_a_finished_model_is_freed():
    """Nothing keeps a model alive after its last reference."""
    race = Race("baseline", worlds=2, months=2)
    race.step()
    seen = weakref.ref(race)
    del race
    gc.collect()
    assert seen() is None


def test_the_supply_network_carries_flows(one_world):
    """Tools feed foundries, foundries suppliers, suppliers labs; edges carry the month's flow."""
    graph = of_race(one_world)
    kinds = {data["kind"] for *_, data in graph.edges(data=True)}
    inputs = {"trade", "die", "tools", "memory", "power", "people"}
    assert kinds - {"rental"} == inputs | {"money", "rule", "service", "price"}
    assert graph.edges["TSMC", "Nvidia"]["flow"] > 0
    assert graph.edges["Nvidia", "OpenAI"]["flow"] > graph.edges["Huawei Ascend", "OpenAI"]["flow"]
    sold = sum(
        data["flow"]
        for _, buyer, data in graph.out_edges("Nvidia", data=True)
        if data["kind"] == "trade"
    )
    legal = one_world.flows.shipped[one_world.suppliers.names.index("Nvidia")].sum()
    assert sold == pytest.approx(legal, rel=1e-6)


def test_the_network_shows_who_is_cut_off():
    """After the letters of August 2022 the US government stops part of Nvidia's trade."""
    race = Race("as_enacted", worlds=4, months=34)
    while race.running:
        race.step()
    assert of_race(race).edges["US government", "Nvidia"]["stopped"] >= 0
    early = Race("baseline", worlds=4, months=34)
    while early.running:
        early.step()
    assert of_race(early).edges["US government", "Nvidia"]["stopped"] == 0
