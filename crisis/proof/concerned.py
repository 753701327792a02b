"""What those whom a crisis concerns ask and answer at one moment of a story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crisis.core.after import Rating
from crisis.core.after_commands import AnswerSurvey, PublishReview
from crisis.core.deciding import Decision
from crisis.core.legal_commands import FileNotification
from crisis.core.people_commands import (
    AnswerRollCall,
    AskQuestion,
    CloseRollCall,
    GroupQuestions,
    RefuseQuestion,
    ReplyToQuestion,
    RestateQuestion,
    StartRollCall,
)
from crisis.proof.acting import Acting, Ways, prose_of


@dataclass(slots=True)
class Concerned(Acting):
    """The verbs of people who hold no role, and of those who reply to them."""

    async def asks(
        self, words: str | None = None, *, same_as: str | None = None, **ways: Any
    ) -> str:
        """Somebody asks something, or what others have asked; answers the question's name."""
        name = f"q-{self._new('question')}"
        prose = prose_of(name, words=words)
        ref = prose["words"].ref if words else None
        body = AskQuestion(question_id=name, words=ref, same_as=same_as)
        await self.do(body, Ways(**ways), prose)
        return name

    async def restates(
        self, question: str, words: str, *, shared: bool = False, **ways: Any
    ) -> Decision:
        """Somebody says what was understood."""
        prose = prose_of(self._new("restated"), understood=words)
        body = RestateQuestion(question=question, understood=prose["understood"].ref, shared=shared)
        return await self.do(body, Ways(**ways), prose)

    async def groups(self, question: str, into: str, **ways: Any) -> Decision:
        """Both are the same question."""
        return await self.do(GroupQuestions(question=question, into=into), Ways(**ways))

    async def replies(
        self, question: str, words: str, *, shared: bool = False, **ways: Any
    ) -> Decision:
        """Somebody replies to all who asked it."""
        prose = prose_of(self._new("reply"), reply=words)
        body = ReplyToQuestion(question=question, reply=prose["reply"].ref, shared=shared)
        return await self.do(body, Ways(**ways), prose)

    async def says_no(self, question: str, why: str, *, instead: str, **ways: Any) -> Decision:
        """Somebody says no to all who asked it, and what they can do instead."""
        prose = prose_of(self._new("no"), reason=why, alternative=instead)
        body = RefuseQuestion(
            question=question, reason=prose["reason"].ref, alternative=prose["alternative"].ref
        )
        return await self.do(body, Ways(**ways), prose)

    # --- roll-calls ---

    async def calls_the_roll(self, audience: str, **ways: Any) -> str:
        """Somebody asks an audience whether they are safe; answers the roll-call's name."""
        name = self._new("r")
        await self.do(StartRollCall(roll_call_id=name, audience=audience), Ways(**ways))
        return name

    async def is_safe(self, roll_call: str, **ways: Any) -> Decision:
        """A person is safe."""
        return await self.do(AnswerRollCall(roll_call=roll_call, safe=True), Ways(**ways))

    async def needs_help(self, roll_call: str, **ways: Any) -> Decision:
        """A person needs help."""
        return await self.do(AnswerRollCall(roll_call=roll_call, safe=False), Ways(**ways))

    async def closes_the_roll(self, roll_call: str, **ways: Any) -> Decision:
        """Nobody is looked for any more."""
        return await self.do(CloseRollCall(roll_call=roll_call), Ways(**ways))

    # --- legal clocks ---

    async def files(self, step: str, delay: str, reference: str, **ways: Any) -> Decision:
        """A person says that a notification was filed."""
        prose = prose_of(self._new("filed"), reference=reference)
        body = FileNotification(step=step, delay=delay, reference=prose["reference"].ref)
        return await self.do(body, Ways(**ways), prose)

    # --- after the end ---

    async def rates(self, audience: str, rating: Rating, **ways: Any) -> Decision:
        """A person answers the survey."""
        return await self.do(AnswerSurvey(audience=audience, rating=rating), Ways(**ways))

    async def publishes(self, words: str, **ways: Any) -> Decision:
        """The audiences hear what has changed."""
        prose = prose_of(self._new("published"), words=words)
        return await self.do(PublishReview(words=prose["words"].ref), Ways(**ways), prose)
