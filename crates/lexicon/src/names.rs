//! Words in and around the names of companies. Lower case where nothing else is said.

/// Which words of a sentence are an organisation's name. Read by `detect`.
pub mod in_sentences {
    use crate::WordList;

    /// Words that never belong to a name, however they are written: they end a run of capitals.
    pub static STOPS: WordList = WordList::new(|language| &language.names_in_sentences.stops);

    /// Articles a name is stripped of at its front.
    pub static ARTICLES: WordList = WordList::new(|language| &language.names_in_sentences.articles);

    /// What kind of thing a company is: stands before its name, is not part of it.
    pub static DESCRIPTORS: WordList =
        WordList::new(|language| &language.names_in_sentences.descriptors);

    /// Trades that stand before a descriptor, and as often inside a name.
    pub static WEAK_DESCRIPTORS: WordList =
        WordList::new(|language| &language.names_in_sentences.weak_descriptors);

    /// Word ends that make a German or Dutch compound a descriptor.
    pub static DESCRIPTOR_ENDS: WordList =
        WordList::new(|language| &language.names_in_sentences.descriptor_ends);

    /// Peoples and places as adjectives, stripped at a name's front when more follows.
    pub static ORIGINS: WordList = WordList::new(|language| &language.names_in_sentences.origins);

    /// Jobs: what follows a company's name before a person's.
    pub static TITLES: WordList = WordList::new(|language| &language.names_in_sentences.titles);

    /// Capitalised words that are not an organisation by themselves.
    pub static GENERIC: WordList = WordList::new(|language| &language.names_in_sentences.generic);

    /// Frequent first names: two or three capitalised words that open with one are a person.
    pub static FIRST_NAMES: WordList =
        WordList::new(|language| &language.names_in_sentences.first_names);

    /// Small words that may stand inside a name, between capitals; as written.
    pub static JOINERS: WordList = WordList::new(|language| &language.names_in_sentences.joiners);

    /// Ends of compounds that describe the name after them.
    pub static ATTRIBUTES: WordList =
        WordList::new(|language| &language.names_in_sentences.attributes);

    /// Abbreviations in names that keep their full stop; as written.
    pub static DOTTED: WordList = WordList::new(|language| &language.names_in_sentences.dotted);

    /// Units that make digits before them a quantity, not a name.
    pub static QUANTITIES: WordList =
        WordList::new(|language| &language.names_in_sentences.quantities);

    /// Words that end a name and cannot be one.
    pub static TAILS: WordList = WordList::new(|language| &language.names_in_sentences.tails);
}

/// Who does what a sentence says. Read by `detect`.
pub mod actors {
    use crate::WordList;

    /// Nouns by which a text calls its subject again.
    pub static BACK_NOUNS: WordList = WordList::new(|language| &language.actors.back_nouns);

    /// Words between a subject and its verb.
    pub static BETWEEN: WordList = WordList::new(|language| &language.actors.between);

    /// Words that tie a name to what stands before it: it is not the subject.
    pub static ATTACHING: WordList = WordList::new(|language| &language.actors.attaching);

    /// Words between a company and where it is from.
    pub static PLACING: WordList = WordList::new(|language| &language.actors.placing);

    /// German words that open a clause and are no subject.
    pub static FRONTING: WordList = WordList::new(|language| &language.actors.fronting);

    /// Words with which an apposition begins.
    pub static APPOSITIONS: WordList = WordList::new(|language| &language.actors.appositions);

    /// Words that follow the name with which a clause opens: verbs of saying, or a place.
    pub static OPENINGS: WordList = WordList::new(|language| &language.actors.openings);

    /// Verbs by which a text says whose words it quotes.
    pub static ATTRIBUTIONS: WordList = WordList::new(|language| &language.actors.attributions);

    /// Words by which a company speaks of itself.
    pub static WE: WordList = WordList::new(|language| &language.actors.we);
}

/// Which words of a name tell companies apart. Read by `resolve`, as lower-case ASCII words.
pub mod compared {
    use std::sync::LazyLock;

    use crate::WordList;
    use crate::word_list::pairs;

    /// Words that describe rather than distinguish: a name that differs only in them is in doubt.
    pub static WEAK: WordList = WordList::new(|language| &language.names_compared.weak);

    /// Words that are names of nobody in particular when they stand alone.
    pub static GENERIC: WordList = WordList::new(|language| &language.names_compared.generic);

    /// Words that say no more than that it is a company.
    pub static EMPTY: WordList = WordList::new(|language| &language.names_compared.empty);

    /// Words that are "and" between two words of a name.
    pub static AND: WordList = WordList::new(|language| &language.names_compared.and);

    /// What is put before a name when the bare domain is taken.
    pub static LABEL_STARTS: WordList =
        WordList::new(|language| &language.names_compared.label_starts);

    /// What is put behind a name when the bare domain is taken.
    pub static LABEL_ENDS: WordList = WordList::new(|language| &language.names_compared.label_ends);

    /// Words of which initials take no letter.
    pub static LEFT_OUT_OF_INITIALS: WordList =
        WordList::new(|language| &language.names_compared.left_out_of_initials);

    /// Spellings of one word: the one and the usual one.
    pub static SPELLINGS: LazyLock<Vec<(&'static str, &'static str)>> =
        LazyLock::new(|| pairs(|language| &language.names_compared.spellings));

    /// Two words that are mostly written in initials, and the initials.
    pub const INITIALS: [(&str, &str, &str); 3] =
        [("united", "kingdom", "uk"), ("united", "nations", "un"), ("united", "states", "us")];
}
